#lang racket
(displayln (getenv "GREETING"))
