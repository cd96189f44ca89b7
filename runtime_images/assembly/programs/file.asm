global _start

section .rodata
name:   db "data.txt", 0

section .bss
buffer: resb 4096

section .text
_start:
    mov eax, 2          ; open
    mov rdi, name
    xor esi, esi
    syscall
    mov ebx, eax
.next:
    xor eax, eax        ; read
    mov edi, ebx
    mov rsi, buffer
    mov edx, 4096
    syscall
    test rax, rax
    jle .done
    mov rdx, rax
    mov eax, 1          ; write
    mov edi, 1
    mov rsi, buffer
    syscall
    jmp .next
.done:
    mov eax, 60         ; exit
    xor edi, edi
    syscall
