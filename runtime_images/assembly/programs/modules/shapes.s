.globl area

.text
area:
    imull %edi, %edi
    movl %edi, %eax
    ret
