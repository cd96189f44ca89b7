#!/bin/sh
# What is taken away needs no other file, unless a library can only be linked dynamically.
rustc --edition 2021 -C opt-level=2 -C strip=symbols -C target-feature=+crt-static -o /tmp/static main.rs >/dev/null 2>&1 &&
    mv /tmp/static main || echo "main is not static: it needs libraries of this system" >&2
