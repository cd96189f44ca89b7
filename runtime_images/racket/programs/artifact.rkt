#lang racket
(display-to-file "made" (build-path (getenv "ARTIFACTS_DIR") "result.txt"))
(displayln "ok")
