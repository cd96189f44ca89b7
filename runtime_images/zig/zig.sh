#!/bin/sh
# zig with a copy of the cache that was filled when the image was made: it writes beside what it reads.
export ZIG_GLOBAL_CACHE_DIR=/tmp/zig-cache ZIG_LOCAL_CACHE_DIR=/tmp/zig-local
[ -d $ZIG_GLOBAL_CACHE_DIR ] || cp -r /usr/local/lib/zig-cache $ZIG_GLOBAL_CACHE_DIR
exec /usr/local/lib/zig/zig "$@"
