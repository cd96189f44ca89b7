#!/bin/sh
# go with a cache that was filled when the image was made. Programs are built without modules, a go.mod or not: what
# they import is where Debian puts it. Go would give such programs the behaviour of Go 1.20 (net/http without patterns
# such as "GET /{name}", say): the empty default is this version's own.
export GOCACHE=/usr/local/lib/go-cache GOTOOLCHAIN=local GOTELEMETRY=off
export GOFLAGS='-buildvcs=false -ldflags=-X=runtime.godebugDefault='
exec /usr/bin/go "$@"
