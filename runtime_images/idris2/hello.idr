module Main

main : IO ()
main = putStrLn "Hello, world!"
