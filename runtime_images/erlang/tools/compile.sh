#!/bin/sh
# A module, of whatever name, is compiled. Anything else is a script, with or without a first line that says so. Other
# modules are compiled beside it.
set --
for file in ./*.erl; do
    [ "$file" = ./main.erl ] || ! grep -q '^[[:space:]]*-module' "$file" || set -- "$@" "$file"
done
[ $# -eq 0 ] || erlc "$@" || exit
if grep -q '^[[:space:]]*-module' main.erl; then exec erlc +no_error_module_mismatch main.erl; fi
# The first line is for the `#!` that a script begins with: an empty one, where there was one, becomes it.
{
    echo '#!'
    if [ -z "$(head -n 1 main.erl)" ]; then tail -n +2 main.erl; else cat main.erl; fi
} >main.escript
exec escript -s main.escript
