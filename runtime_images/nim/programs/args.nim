import std/os

for argument in commandLineParams():
  echo "arg ", argument
