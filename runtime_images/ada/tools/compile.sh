#!/bin/sh
# Units may be called anything and be in one file: GNAT wants each in a file of its name. The last one is the main program.
# What takes them apart overlooks a last line without its end.
[ -z "$(tail -c 1 main.adb)" ] || echo >>main.adb
mkdir /tmp/units && gnatchop -r -w main.adb /tmp/units >/tmp/units.txt || exit
main=$(sed -n 's/^ *\(.*[.]adb\)$/\1/p' /tmp/units.txt | tail -n 1)
exec gnatmake -q -O2 -D /tmp/units -I- -aI/tmp/units -aI. -o main "$main" -bargs -static -largs -static -s
