(define (double x) (* 2 x))
(displayln (if (= (double 21) 42) "ok" "no"))
