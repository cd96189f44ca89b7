#lang racket
(require "shapes.rkt")
(when (= (area 3) 9) (displayln "modules ok"))
