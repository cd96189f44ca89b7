(defun fib (n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(defun backwards (text)
  (if (string= text "")
      ""
      (concatenate 'string (backwards (subseq text 1)) (subseq text 0 1))))

(defvar *counts* (make-hash-table :test 'equal))
(dolist (word '("the" "quick" "the" "fox"))
  (incf (gethash word *counts* 0)))

(defun before (a b)
  (if (= (cdr a) (cdr b))
      (string< (car a) (car b))
      (> (cdr a) (cdr b))))

(let ((pairs (loop for word being the hash-keys of *counts* using (hash-value count) collect (cons word count))))
  (format t "fib ~d~%" (fib 10))
  (format t "reversed ~a~%" (backwards "hello"))
  (format t "words~{ ~a~}~%" (mapcar (lambda (pair) (format nil "~a=~d" (car pair) (cdr pair))) (sort pairs #'before)))
  (format t "sorted~{ ~d~}~%" (sort (list 5 3 8 1 2) #'<)))
