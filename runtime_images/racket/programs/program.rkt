#lang racket

(define (fib n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(define (backwards characters)
  (if (empty? characters)
      '()
      (append (backwards (rest characters)) (list (first characters)))))

(define counts (make-hash))
(for ([word (string-split "the quick the fox")])
  (hash-update! counts word add1 0))

(define (before? a b)
  (or (> (cdr a) (cdr b))
      (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))

(printf "fib ~a\n" (fib 10))
(printf "reversed ~a\n" (list->string (backwards (string->list "hello"))))
(printf "words ~a\n"
        (string-join (for/list ([pair (sort (hash->list counts) before?)])
                       (format "~a=~a" (car pair) (cdr pair)))))
(printf "sorted ~a\n" (string-join (map number->string (sort '(5 3 8 1 2) <))))
