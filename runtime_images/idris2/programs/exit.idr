module Main

import System

main : IO ()
main = exitWith (ExitFailure 3)
