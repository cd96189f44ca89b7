extern fclose, fopen, fputs, getenv, puts, snprintf
global main

section .rodata
name:   db "ARTIFACTS_DIR", 0
format: db "%s/result.txt", 0
mode:   db "w", 0
made:   db "made", 0
ok:     db "ok", 0

section .bss
path:   resb 4096

section .text
main:
    push rbx
    mov rdi, name
    call getenv
    mov rcx, rax
    mov rdi, path
    mov esi, 4096
    mov rdx, format
    xor eax, eax
    call snprintf
    mov rdi, path
    mov rsi, mode
    call fopen
    mov rbx, rax
    mov rdi, made
    mov rsi, rbx
    call fputs
    mov rdi, rbx
    call fclose
    mov rdi, ok
    call puts
    xor eax, eax
    pop rbx
    ret
