module Main

import Greeting
import Shapes

main : IO ()
main = if area 3 == 9 then putStrLn (text ++ " ok") else pure ()
