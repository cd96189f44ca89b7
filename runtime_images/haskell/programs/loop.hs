import Control.Monad (forever)

main :: IO ()
main = putStrLn "looping" >> forever (return ())
