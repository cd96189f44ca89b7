module Main

import Data.List
import System

main : IO ()
main = do
  arguments <- getArgs
  traverse_ (\each => putStrLn ("arg " ++ each)) (drop 1 arguments)
