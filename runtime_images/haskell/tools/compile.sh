#!/bin/sh
# Whatever the module is called, its main is the program's.
# Through a module that has output written by the line; where that can't be, as written.
module=$(sed -n 's/^module *\([A-Za-z0-9_.]*\).*/\1/p' main.hs | head -n 1)
echo "${module:-Main}.main" >/tmp/main-is
sed "s/PROGRAM/${module:-Main}/g" /etc/language/ByLine.hs >/tmp/ByLine.hs
ghc -O -v0 -optl-s "$@" -main-is ByLine.main -o main main.hs /tmp/ByLine.hs 2>/tmp/said && { cat /tmp/said >&2; exit; }
exec ghc -O -v0 -optl-s "$@" -main-is "$(cat /tmp/main-is)" -o main main.hs
