#!/bin/sh
# The order of files is their order of use: the program is last.
set --
for file in ./*.fs; do
    [ "$file" = ./main.fs ] || set -- "$@" "$file"
done
exec fsharpc -o:main.dll --target:exe "$@" ./main.fs
