# In GNU's dialect.
.globl main

.section .rodata
name: .string "GREETING"

.text
main:
    subq $8, %rsp
    movq $name, %rdi
    call getenv
    movq %rax, %rdi
    call puts
    xorl %eax, %eax
    addq $8, %rsp
    ret
