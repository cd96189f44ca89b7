#!/bin/sh
# nim-wasm SOURCE OUTPUT: a WASI binary. Nim makes main with three parameters, WASI's start file calls it with two.
set -e
target=--target=wasm32-wasi
folder=$(mktemp -d)
echo 'int nim_main(int, char **, char **); int main(int n, char **arguments) { return nim_main(n, arguments, 0); }' \
    >"$folder/main.c"
clang $target -c -o "$folder/main.o" "$folder/main.c"
exec nim c --hints:off --nimcache:"$folder/cache" -d:release --cpu:wasm32 --os:linux --cc:clang --mm:orc --threads:off \
    -d:useMalloc -d:noSignalHandler \
    --passC:"$target -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_MMAN -Dmain=nim_main" \
    --passL:"$target $folder/main.o -lwasi-emulated-signal -lwasi-emulated-mman" \
    -o:"$2" "$1"
