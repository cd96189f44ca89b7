#!/bin/sh
# Other modules are found among the input files; what libraries there are is said by the image. Directives of the
# interactive OCaml, to load them, aren't needed.
cat /usr/local/lib/ocaml-packages/list >/tmp/packages 2>/dev/null || echo str,unix >/tmp/packages
sed -E '/^ *#(use|require|load|directory|thread|list)/s/.*//' main.ml >/tmp/main.ml && cp /tmp/main.ml main.ml
set -- ./*.ml
for file in ./*.mli; do
    [ ! -e "$file" ] || set -- "$@" "$file"
done
ocamlfind ocamldep -sort "$@" >/tmp/sources
exec sh /etc/language/link.sh -o main
