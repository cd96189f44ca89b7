module Program where

import System.Environment (getEnv)

main :: IO ()
main = getEnv "GREETING" >>= putStrLn
