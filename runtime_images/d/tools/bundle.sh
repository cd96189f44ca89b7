#!/bin/sh
# What is taken away needs no other file, unless a library can only be linked dynamically, or is loaded while it runs.
! grep -qs 'std[.]net[.]curl' ./*.d && ldc2 -O -i -static -of=/tmp/static main.d >/dev/null 2>&1 &&
    mv /tmp/static main || echo "main is not static: it needs libraries of this system" >&2
