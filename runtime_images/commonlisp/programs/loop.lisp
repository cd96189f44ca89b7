(format t "looping~%")
(loop)
