extern printf
global main

section .rodata
show: db "arg %s", 10, 0

section .text
main:
    push rbx
    mov rbx, rsi
.next:
    add rbx, 8
    mov rsi, [rbx]
    test rsi, rsi
    jz .done
    mov rdi, show
    xor eax, eax
    call printf
    jmp .next
.done:
    xor eax, eax
    pop rbx
    ret
