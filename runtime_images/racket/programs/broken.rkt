#lang racket
(displayln (+ 1 2)
