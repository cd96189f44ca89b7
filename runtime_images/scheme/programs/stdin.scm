(use-modules (ice-9 rdelim))

(let loop ((line (read-line)))
  (unless (eof-object? line)
    (display (string-append "got " line "\n"))
    (loop (read-line))))
