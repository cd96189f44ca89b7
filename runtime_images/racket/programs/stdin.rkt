#lang racket
(for ([line (in-lines)]) (printf "got ~a\n" line))
