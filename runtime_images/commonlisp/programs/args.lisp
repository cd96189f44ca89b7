(dolist (argument (rest sb-ext:*posix-argv*))
  (format t "arg ~a~%" argument))
