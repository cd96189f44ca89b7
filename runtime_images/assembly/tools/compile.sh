#!/bin/sh
# NASM's dialect or GNU's, by the directives; a program has `_start`, or a `main` that the C library calls. Other files
# are assembled too, unless they only are to be included.
set --
for file in main.asm ./*.asm ./*.nasm ./*.s; do
    if [ ! -e "$file" ] || [ "$file" = ./main.asm ]; then continue; fi
    [ "$file" = main.asm ] || grep -Eiq '^[[:space:]]*[.]?glob(a)?l[[:space:]]' "$file" || continue
    object=/tmp/${file#./}.o
    set -- "$@" "$object"
    if grep -Eq '^[[:space:]]*[.](text|data|bss|section|globa?l|intel_syntax)' "$file"; then
        as -o "$object" "${file#./}" || exit
    else
        nasm -f elf64 -o "$object" "${file#./}" || exit
    fi
done
if grep -Eiq '^[^;#]*[[:space:]]int[[:space:]]+[$]?0x80' main.asm; then
    echo "main.asm: int 0x80 is the 32-bit system call, which isn't to be had here: use syscall and its registers" >&2
fi
libc=$(echo /usr/lib/*/crt1.o)
libc=${libc%/crt1.o}
if nm "$@" | grep -q ' T _start$'; then
    ld -z noexecstack -o main "$@" 2>/dev/null ||
        exec ld -z noexecstack -o main "$@" -dynamic-linker /lib64/ld-linux-x86-64.so.2 -lc
else
    exec ld -z noexecstack -o main "$libc/crt1.o" "$libc/crti.o" "$@" \
        -dynamic-linker /lib64/ld-linux-x86-64.so.2 -lc "$libc/crtn.o"
fi
