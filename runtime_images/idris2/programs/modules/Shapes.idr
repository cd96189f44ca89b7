module Shapes

export
area : Int -> Int
area side = side * side
