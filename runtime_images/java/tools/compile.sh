#!/bin/sh
# A public class may have any name, in any package: the file is given the name that the compiler wants, and the class
# that is run is the outermost one around a main, of several the public one. Other input files are compiled with it.
# Byte by byte: what is a letter outside of ASCII, the awks don't agree on.
LC_ALL=C awk -f /etc/language/classes.awk Main.java >/tmp/classes || exit
read -r main file </tmp/classes
echo "$main" >/tmp/main-class
[ "$file" = Main ] || mv Main.java "$file.java"
# shellcheck disable=SC2086  # `--source 21` comes in one word or in two
exec javac ${1:+-Xlint:-options} ${1:+$*} -cp '/usr/local/lib/java/*' -d classes ./*.java
