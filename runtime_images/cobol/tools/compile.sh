#!/bin/sh
# What main calls may be in files of its own.
set --
for file in ./*.cob ./*.cbl; do
    [ ! -e "$file" ] || [ "$file" = ./main.cob ] || set -- "$@" "$file"
done
exec cobc -x -O -fformat=auto -o main main.cob "$@"
