#!/bin/sh
# Older programs leave out a header or a type: a warning, as it was until GCC 14.
exec gcc -O2 -std=gnu17 -Wno-error=implicit-int -Wno-error=implicit-function-declaration -o main ./*.c \
    /etc/language/lines.c -lm
