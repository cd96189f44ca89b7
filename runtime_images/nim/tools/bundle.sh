#!/bin/sh
# What is taken away needs no other file, unless a library can only be linked dynamically.
nim c --hints:off --nimcache:/tmp/nimcache -d:release --passL:-static --passL:-s -o:/tmp/static main.nim >/dev/null 2>&1 &&
    mv /tmp/static main || echo "main is not static: it needs libraries of this system" >&2
