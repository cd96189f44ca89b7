#!/bin/sh
# A file that begins with a function would be taken for that function's own.
awk '!done && sub(/^[ \t]*function/, "1;function") { done = 1 } { print }' main.m >/tmp/main.m && cp /tmp/main.m main.m
exec octave-cli --quiet --no-init-file --no-history "$@"
