module Main

covering
forever : Int -> IO ()
forever count = forever (count + 1)

covering
main : IO ()
main = putStrLn "looping" >> forever 0
