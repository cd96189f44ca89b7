(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(receive (first . rest) (values (fold + 0 '(1 2)) 4)
  (display (if (and (= (point-x (make-point 3 4)) first) (every even? rest)) "ok" "no"))
  (newline))
