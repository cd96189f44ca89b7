#!/bin/sh
# The object with a main, or the function that @main marks, whatever it is called. What isn't Scala 3 may be Scala 2.
mkdir -p classes
if ! scalac -d classes ./*.scala 2>/tmp/complaints; then
    scalac -source:3.0-migration -d classes ./*.scala >/dev/null 2>&1 || { cat /tmp/complaints >&2; exit 1; }
else
    cat /tmp/complaints >&2
fi
package=$(sed -n 's/^ *package  *\([A-Za-z0-9_.]*\).*/\1./p' main.scala | head -n 1)
folder=classes/$(echo "$package" | tr . /)
for name in $(tr '\n' ' ' <main.scala | grep -oE '@main +def +[A-Za-z0-9_]+|object +[A-Za-z0-9_]+' | sed 's/.* //'); do
    if grep -aqs main "$folder$name.class" && grep -aqs '(\[Ljava/lang/String;)V' "$folder$name.class"; then
        main=$name
        break
    fi
done
echo "$package${main:-Main}" >/tmp/main-class
