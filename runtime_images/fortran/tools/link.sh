#!/bin/sh
# usage: link.sh OPTION...; compiles and links what compile.sh has put in order.
# shellcheck disable=SC2046  # each is a word of its own
exec gfortran -O2 "$@" $(cat /tmp/sources)
