(display "looping")
(newline)
(let loop () (loop))
