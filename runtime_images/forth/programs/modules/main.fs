require greeting.fs
require shapes.fs

: main 3 area 9 = if text type ."  ok" cr then ;

main
