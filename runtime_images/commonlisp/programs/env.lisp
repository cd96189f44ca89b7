(format t "~a~%" (sb-ext:posix-getenv "GREETING"))
