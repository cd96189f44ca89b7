(use-modules (fibers) (gcrypt hash) (json) (sqlite3) (string completion) (srfi srfi-1) (srfi srfi-19) (sxml simple)
             (rnrs bytevectors) (web client))

(unless (= (vector-ref (assoc-ref (json-string->scm "{\"a\": [1, 2]}") "a") 1) 2) (error "json"))
(unless (= (bytevector-u8-ref (sha256 (string->utf8 "a")) 0) 202) (error "hash"))
(unless (equal? (xml->sxml "<a><b>x</b></a>") '(*TOP* (a (b "x")))) (error "xml"))
(define database (sqlite-open ":memory:"))
(unless (equal? (vector-ref (sqlite-step (sqlite-prepare database "select 6 * 7")) 0) 42) (error "sqlite"))
(display "ok\n")
