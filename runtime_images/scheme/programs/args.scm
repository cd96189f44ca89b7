(for-each (lambda (argument) (display (string-append "arg " argument "\n")))
          (cdr (command-line)))
