#lang racket
(provide area)
(define (area side) (* side side))
