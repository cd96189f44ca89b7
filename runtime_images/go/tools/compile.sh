#!/bin/sh
exec go build -o main ./*.go
