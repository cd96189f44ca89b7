# tries: send NULs, escapes, invalid UTF-8 and a false end of the supervisor's own protocol
# must: come back byte for byte
# expect-stdout: any
printf 'contained\n\0\033]0;x\007\377\376{"completed": []}\n\r\n'
