echo "hello from wasm"
