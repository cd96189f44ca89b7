(ql:quickload '(:alexandria :anaphora :babel :bordeaux-threads :cl-base64 :cl-csv :cl-interpol :cl-ppcre :cl-unicode
                :cl-utilities :cl-who :closer-mop :ironclad :iterate :local-time :parse-number :puri :quri
                :split-sequence :xmls :yason))

(assert (equal (alexandria:flatten '(1 (2 (3)))) '(1 2 3)))
(assert (equal (anaphora:aif 1 (+ anaphora:it 1)) 2))
(assert (= (length (babel:string-to-octets "ü" :encoding :utf-8)) 2))
(assert (string= (cl-base64:string-to-base64-string "text") "dGV4dA=="))
(assert (equal (cl-csv:read-csv "a,b") '(("a" "b"))))
(assert (equal (cl-ppcre:all-matches-as-strings "[0-9]+" "a1b22") '("1" "22")))
(assert (string= (cl-who:with-html-output-to-string (out) (:b "x")) "<b>x</b>"))
(assert (string= (subseq (ironclad:byte-array-to-hex-string
                          (ironclad:digest-sequence :sha256 (babel:string-to-octets "a")))
                         0 8)
                 "ca978112"))
(assert (= (iterate:iter (iterate:for i from 1 to 3) (iterate:sum i)) 6))
(assert (local-time:parse-timestring "2024-02-29"))
(assert (= (parse-number:parse-number "1.5") 1.5))
(assert (string= (quri:uri-host (quri:uri "http://example.org/x")) "example.org"))
(assert (equal (split-sequence:split-sequence #\, "a,b") '("a" "b")))
(assert (string= (xmls:node-name (xmls:parse "<a><b/></a>")) "a"))
(assert (= (gethash "a" (yason:parse "{\"a\": 1}")) 1))
(assert (bordeaux-threads:join-thread (bordeaux-threads:make-thread (lambda () t))))
(write-line "ok")
