module Main

import Data.Maybe
import System

main : IO ()
main = do
  greeting <- getEnv "GREETING"
  putStrLn (fromMaybe "" greeting)
