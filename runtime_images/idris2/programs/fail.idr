module Main

import System
import System.File

covering
main : IO ()
main = do
  Right text <- readFile "/nothing/of/that/name"
    | Left problem => do
        ignore (fPutStrLn stderr (show problem))
        exitFailure
  putStr text
