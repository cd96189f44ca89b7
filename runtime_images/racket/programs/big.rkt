#lang racket
(define line (make-string 63 #\x))
(for ([_ 16384]) (displayln line))
