module Main

main : IO ()
main = putStrLn "Grüße, 世界 🌍"
