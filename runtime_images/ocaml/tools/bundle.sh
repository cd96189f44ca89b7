#!/bin/sh
# What is taken away needs no other file, unless a library can only be linked dynamically.
sh /etc/language/link.sh -ccopt -static -o /tmp/static >/dev/null 2>&1 &&
    mv /tmp/static main || echo "main is not static: it needs libraries of this system" >&2
