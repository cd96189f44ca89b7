import Greeting (text)
import Shapes (area)

main :: IO ()
main = if area 3 == 9 then putStrLn (text ++ " ok") else error "area"
