module Main

import Data.List
import Data.Maybe
import Data.SortedMap
import Data.String

fibonacci : Int -> Int
fibonacci n = if n < 2 then n else fibonacci (n - 1) + fibonacci (n - 2)

counted : List String -> SortedMap String Int
counted = foldl (\counts, word => insert word (1 + fromMaybe 0 (lookup word counts)) counts) empty

byCount : (String, Int) -> (String, Int) -> Ordering
byCount (a, n) (b, m) = compare (m, a) (n, b)

told : (String, Int) -> String
told (word, times) = word ++ "=" ++ show times

numbers : List Int
numbers = [5, 3, 8, 1, 2]

main : IO ()
main = do
  putStrLn ("fib " ++ show (fibonacci 10))
  putStrLn ("reversed " ++ reverse "hello")
  let pairs = sortBy byCount (SortedMap.toList (counted (words "the quick the fox")))
  putStrLn ("words " ++ unwords (map told pairs))
  putStrLn ("sorted " ++ unwords (map show (sort numbers)))
