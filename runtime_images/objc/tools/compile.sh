#!/bin/sh
# shellcheck disable=SC2046  # each is a word of its own
exec clang -O2 $(gnustep-config --objc-flags) -idirafter "$(gcc -print-file-name=include)" -o main ./*.m -x c /etc/language/lines.c -x none \
    $(gnustep-config --base-libs) -lm
