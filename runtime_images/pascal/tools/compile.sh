#!/bin/sh
# Without a directive that says so, Object Pascal, or Delphi's, or Turbo Pascal's; with a unit of our own.
for mode in objfpc delphi fpc; do
    fpc -Fu/etc/language -Faatonce -FU/tmp -l- -O2 -v0 -M$mode -Sh -omain main.pas >/tmp/$mode 2>&1 &&
        { cat /tmp/$mode >&2; exit; }
done
cat /tmp/objfpc >&2
exit 1
