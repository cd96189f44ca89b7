import std/strutils

for i in 1 .. 16384:
  echo repeat("x", 63)
