#lang racket
(displayln "looping")
(let loop () (loop))
