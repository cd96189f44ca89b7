#!/bin/sh
# What is taken away needs no other file, unless a library can only be linked dynamically.
ghc -O -v0 -optl-s -optl-static -optl-pthread -main-is "$(cat /tmp/main-is)" -o /tmp/static main.hs >/dev/null 2>&1 &&
    mv /tmp/static main || echo "main is not static: it needs libraries of this system" >&2
