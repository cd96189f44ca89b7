#!/bin/sh
# asc-wasi SOURCE OUTPUT: a WASI binary of a program in AssemblyScript, TypeScript's dialect for WebAssembly.
set -e
shim=/usr/local/lib/assemblyscript-wasi  # outside of node_modules, whose files AssemblyScript looks up by name alone
set -- "$@" --lib "$(realpath --relative-to=. "$shim")" --use ASC_WASI=1 --exportStart _start -O2
for name in abort console process seed Date crypto; do set -- "$@" --use "$name=wasi_$name"; done
source=$1 output=$2
shift 2
exec node /node_modules/assemblyscript/bin/asc.js "$source" --outFile "$output" "$@"
