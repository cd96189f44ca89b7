#!/bin/sh
# Every name that people give C++ sources. Options come first; without any, for the program that is run.
[ $# -gt 0 ] || set -- g++ -o main /etc/language/lines.cpp
set -- "$@" -O2 -std=gnu++23
for file in ./*.cpp ./*.cc ./*.cxx; do
    [ ! -e "$file" ] || set -- "$@" "$file"
done
exec "$@"
