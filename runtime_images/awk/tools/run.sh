#!/bin/sh
# By the line, so that what was printed before an abort or a timeout is seen. GNU's awk has no option for it: stdbuf does
# it, and what that leaves in the environment is taken away before the program begins.
if command -v gawk >/dev/null; then
    exec stdbuf -oL gawk -f /etc/language/environment.awk "$@"
elif command -v mawk >/dev/null; then
    exec mawk -W interactive "$@"
fi
exec awk "$@"
