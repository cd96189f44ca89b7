extern getline, printf, stdin, strcspn
global main

section .rodata
show:    db "got %s", 10, 0
newline: db 10, 0

section .bss
line:    resq 1
size:    resq 1

section .text
main:
    sub rsp, 8
.next:
    mov rdi, line
    mov rsi, size
    mov rdx, [stdin]
    call getline
    test rax, rax
    js .done
    mov rdi, [line]
    mov rsi, newline
    call strcspn
    mov rsi, [line]
    mov byte [rsi + rax], 0
    mov rdi, show
    xor eax, eax
    call printf
    jmp .next
.done:
    xor eax, eax
    add rsp, 8
    ret
