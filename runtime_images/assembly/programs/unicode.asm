.intel_syntax noprefix
.globl _start

.section .rodata
text: .ascii "Grüße, 世界 🌍\n"
.set length, . - text

.text
_start:
    mov eax, 1
    mov edi, 1
    lea rsi, text[rip]
    mov edx, offset length
    syscall
    mov eax, 60
    xor edi, edi
    syscall
