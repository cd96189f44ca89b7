module Main

import Data.String

line : String
line = replicate 63 'x'

repeated : Nat -> IO ()
repeated 0 = pure ()
repeated (S more) = putStrLn line >> repeated more

main : IO ()
main = repeated 16384
