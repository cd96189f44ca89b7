(use-modules (srfi srfi-1))

(define (fib n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(define (backwards text)
  (if (string-null? text)
      ""
      (string-append (backwards (substring text 1)) (substring text 0 1))))

(define counts (make-hash-table))
(for-each (lambda (word) (hash-set! counts word (+ 1 (hash-ref counts word 0))))
          (string-split "the quick the fox" #\space))

(define (before? a b)
  (or (> (cdr a) (cdr b))
      (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))

(define (show name values)
  (display (string-join (cons name values) " "))
  (newline))

(show "fib" (list (number->string (fib 10))))
(show "reversed" (list (backwards "hello")))
(show "words"
      (map (lambda (pair) (string-append (car pair) "=" (number->string (cdr pair))))
           (sort (hash-map->list cons counts) before?)))
(show "sorted" (map number->string (sort '(5 3 8 1 2) <)))
