module Main where

import Data.List (sort, sortOn)
import qualified Data.Map as Map

fib :: Int -> Int
fib n
  | n < 2 = n
  | otherwise = fib (n - 1) + fib (n - 2)

backwards :: String -> String
backwards "" = ""
backwards (c : cs) = backwards cs ++ [c]

count :: [String] -> Map.Map String Int
count names = Map.fromListWith (+) [(name, 1) | name <- names]

main :: IO ()
main = do
  let pairs = sortOn (\(name, n) -> (negate n, name)) (Map.toList (count (words "the quick the fox")))
  putStrLn ("fib " ++ show (fib 10))
  putStrLn ("reversed " ++ backwards "hello")
  putStrLn (unwords ("words" : [name ++ "=" ++ show n | (name, n) <- pairs]))
  putStrLn (unwords ("sorted" : map show (sort [5, 3, 8, 1, 2 :: Int])))
