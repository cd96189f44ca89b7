#!/bin/sh
# A script is interpreted; of a module, main/1, main/0 or start/0 is called.
[ -e main.beam ] || exec escript main.escript "$@"
exec erl +S 1:1 -noshell -boot no_dot_erlang -eval "$(cat /etc/language/start.erl)" -extra "$@"
