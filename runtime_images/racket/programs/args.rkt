#lang racket
(for ([each (current-command-line-arguments)]) (printf "arg ~a\n" each))
