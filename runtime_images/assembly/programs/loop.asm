global _start

section .data
text: db "looping", 10

section .text
_start:
    mov rax, 1
    mov rdi, 1
    mov rsi, text
    mov rdx, 8
    syscall
forever:
    jmp forever
