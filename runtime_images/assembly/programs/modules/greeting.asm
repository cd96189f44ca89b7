section .rodata
greeting: db "modules ok", 0
