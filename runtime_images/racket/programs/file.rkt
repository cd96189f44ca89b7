#lang racket
(display (file->string "data.txt"))
