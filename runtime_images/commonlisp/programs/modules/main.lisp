(load "greeting.lisp")
(load "shapes.lisp")
(assert (= (area 3) 9))
(format t "~a ok~%" *text*)
