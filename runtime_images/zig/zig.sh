#!/bin/sh
# zig with a copy of the cache that was filled when the image was made: it writes beside what it reads. What this version
# refuses is tried with an older one; if that refuses it too, this one's complaints stand.
run() {
    [ -d "/tmp/$1-cache" ] || cp -r "/usr/local/lib/$1-cache" "/tmp/$1-cache"
    zig=/usr/local/lib/$1/zig ZIG_GLOBAL_CACHE_DIR=/tmp/$1-cache ZIG_LOCAL_CACHE_DIR=/tmp/$1-local
    export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
    shift
    "$zig" "$@"
}
run zig "$@" 2>/tmp/complaints || {
    code=$?
    run zig-older "$@" >/dev/null 2>&1 && exit
    cat /tmp/complaints >&2
    exit $code
}
cat /tmp/complaints >&2
