#!/bin/sh
GOOS=wasip1 GOARCH=wasm exec go build -o main.wasm ./*.go
