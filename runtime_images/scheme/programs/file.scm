(use-modules (ice-9 textual-ports))

(display (call-with-input-file "data.txt" get-string-all))
