; What was printed before a timeout is seen: Guile's own buffer isn't written before it is full.
(setvbuf (current-output-port) 'line)
