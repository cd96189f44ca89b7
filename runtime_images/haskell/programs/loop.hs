main :: IO ()
main = go (0 :: Integer)
  where
    go n = n `seq` go (n + 1)
