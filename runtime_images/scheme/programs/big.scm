(do ((i 0 (+ i 1))) ((= i 16384))
  (display (make-string 63 #\x))
  (newline))
