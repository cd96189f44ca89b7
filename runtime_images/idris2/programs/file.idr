module Main

import System
import System.File

covering
main : IO ()
main = do
  Right text <- readFile "data.txt"
    | Left _ => exitFailure
  putStr text
