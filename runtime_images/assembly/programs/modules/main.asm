%include "greeting.asm"

extern area, puts
global main

section .text
main:
    sub rsp, 8
    mov edi, 3
    call area
    cmp eax, 9
    jne .done
    mov rdi, greeting
    call puts
.done:
    xor eax, eax
    add rsp, 8
    ret
