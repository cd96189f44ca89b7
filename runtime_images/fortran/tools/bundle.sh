#!/bin/sh
# What is taken away needs no other file, unless a library can only be linked dynamically.
static() { sh /etc/language/link.sh -static -s -o /tmp/static "$1" >/dev/null 2>&1; }
{ static -ffree-form || static -ffixed-form; } &&
    mv /tmp/static main || echo "main is not static: it needs libraries of this system" >&2
