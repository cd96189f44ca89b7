extern exit, fopen, perror
global _start

section .rodata
name: db "missing.txt", 0
mode: db "r", 0

section .text
_start:
    mov rdi, name
    mov rsi, mode
    call fopen
    test rax, rax
    jnz .done
    mov rdi, name
    call perror
    mov edi, 1
    call exit
.done:
    xor edi, edi
    call exit
