#!/bin/sh
exec clang --target=wasm32-wasi -O2 -std=gnu17 -o main.wasm ./*.c -lm
