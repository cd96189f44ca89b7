extern printf, putchar, qsort, strcmp, strtok
global main

section .data
text:      db "the quick the fox", 0
numbers:   dd 5, 3, 8, 1, 2

section .rodata
hello:     db "hello", 0
space:     db " ", 0
show_fib:  db "fib %d", 10, "reversed ", 0
show_line: db 10, "words", 0
show_word: db " %s=%ld", 0
show_next: db 10, "sorted", 0
show_int:  db " %d", 0

section .bss
entries:   resq 2 * 8           ; a word and its count, each
used:      resq 1

section .text
main:
    push rbx
    mov edi, 10
    call fib
    mov esi, eax
    mov rdi, show_fib
    xor eax, eax
    call printf
    mov rdi, hello
    call put_reversed

    mov rdi, text
    mov rsi, space
    call strtok
.word:
    test rax, rax
    jz .counted
    mov rdi, rax
    call tally
    xor edi, edi
    mov rsi, space
    call strtok
    jmp .word
.counted:
    mov rdi, entries
    mov rsi, [used]
    mov edx, 16
    mov rcx, most_first
    call qsort
    mov rdi, show_line
    xor eax, eax
    call printf
    mov rbx, entries
.entry:
    mov rdi, show_word
    mov rsi, [rbx]
    mov rdx, [rbx + 8]
    xor eax, eax
    call printf
    add rbx, 16
    mov rax, [used]
    shl rax, 4
    add rax, entries
    cmp rbx, rax
    jb .entry

    mov rdi, numbers
    mov esi, 5
    mov edx, 4
    mov rcx, ascending
    call qsort
    mov rdi, show_next
    xor eax, eax
    call printf
    xor ebx, ebx
.number:
    mov rdi, show_int
    mov esi, [numbers + rbx * 4]
    xor eax, eax
    call printf
    inc ebx
    cmp ebx, 5
    jb .number
    mov edi, 10
    call putchar
    xor eax, eax
    pop rbx
    ret

fib:
    mov eax, edi
    cmp edi, 2
    jl .done
    push rbx
    push rdi
    dec edi
    call fib
    mov ebx, eax
    pop rdi
    sub edi, 2
    call fib
    add eax, ebx
    pop rbx
.done:
    ret

put_reversed:
    cmp byte [rdi], 0
    je .done
    push rdi
    inc rdi
    call put_reversed
    pop rdi
    movzx edi, byte [rdi]
    sub rsp, 8
    call putchar
    add rsp, 8
.done:
    ret

tally:
    push rbx
    push r12
    push r13
    mov r12, rdi
    xor ebx, ebx
.next:
    mov r13, rbx
    shl r13, 4
    cmp rbx, [used]
    je .new
    mov rdi, [entries + r13]
    mov rsi, r12
    call strcmp
    inc rbx
    test eax, eax
    jnz .next
    jmp .count
.new:
    mov [entries + r13], r12
    inc qword [used]
.count:
    inc qword [entries + r13 + 8]
    pop r13
    pop r12
    pop rbx
    ret

most_first:
    mov rax, [rsi + 8]
    sub rax, [rdi + 8]
    jnz .done
    mov rdi, [rdi]
    mov rsi, [rsi]
    sub rsp, 8
    call strcmp
    add rsp, 8
.done:
    ret

ascending:
    mov eax, [rdi]
    sub eax, [rsi]
    ret
