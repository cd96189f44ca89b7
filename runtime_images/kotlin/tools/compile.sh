#!/bin/sh
# The main of the file, or the one of an object or a class in it.
kotlinc -d classes ./*.kt || exit
package=$(sed -n 's/^ *package  *\([A-Za-z0-9_.]*\).*/\1./p' main.kt | head -n 1)
class=$(sed -n 's/^ *@file:JvmName("\([A-Za-z0-9_]*\)").*/\1/p' main.kt | head -n 1)
folder=classes/$(echo "$package" | tr . /)
for name in ${class:-MainKt} $(sed -nE 's/^ *[a-z ]*(object|class)  *([A-Za-z0-9_]*).*/\2/p' main.kt); do
    if grep -aqs 'main' "$folder$name.class" && grep -aqs '(\[Ljava/lang/String;)V' "$folder$name.class"; then
        break
    fi
done
echo "$package$name" >/tmp/main-class
