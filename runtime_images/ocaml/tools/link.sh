#!/bin/sh
# usage: link.sh OPTION...; compiles and links what compile.sh has put in order.
# shellcheck disable=SC2046  # each is a word of its own
exec ocamlfind ocamlopt -package "$(cat /tmp/packages)" -thread -linkpkg "$@" $(cat /tmp/sources)
