#!/bin/sh
# Without D's run-time library, which isn't there for WASI: C's own, and extern (C) int main().
ldc2 -betterC -O -c -mtriple=wasm32-unknown-wasi -of=/tmp/main.o main.d &&
    clang --target=wasm32-wasi -o main.wasm /etc/language/start.c /tmp/main.o
