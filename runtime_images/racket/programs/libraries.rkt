#lang racket
(require json math/statistics plot/no-gui (only-in srfi/19 string->date date->string) xml)

(define answer (string->jsexpr "{\"a\": [1, 2.5, \"ü\"]}"))
(unless (equal? (third (hash-ref answer 'a)) "ü") (error "json"))
(unless (= (mean '(1 2 3)) 2) (error "math"))
(unless (equal? (xexpr->string '(p "a < b")) "<p>a &lt; b</p>") (error "xml"))
(unless (equal? (date->string (string->date "2024-02-29" "~Y-~m-~d") "~d") "29") (error "srfi"))
(define picture (open-output-bytes))
(plot-file (function sin 0 3) picture 'png)
(unless (equal? (subbytes (get-output-bytes picture) 1 4) #"PNG") (error "plot"))
(displayln "ok")
