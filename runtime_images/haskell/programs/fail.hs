main :: IO ()
main = error "it broke"
