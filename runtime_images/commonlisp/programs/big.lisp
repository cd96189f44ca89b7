(dotimes (i 16384)
  (write-line (make-string 63 :initial-element #\x)))
