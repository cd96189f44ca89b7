(use-modules (greeting))
(load "shapes.scm")

(when (= (area 3) 9)
  (display (string-append text " ok\n")))
