module Main

import Data.String
import System.File

covering
main : IO ()
main = do
  Right line <- fGetLine stdin
    | Left _ => pure ()
  if line == "" then pure () else do
    putStrLn ("got " ++ trim line)
    main
