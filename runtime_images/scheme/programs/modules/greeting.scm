(define-module (greeting)
  #:export (text))

(define text "modules")
