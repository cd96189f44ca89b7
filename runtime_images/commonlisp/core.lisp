;;; Makes the sbcl that programs are run by: the usual one, with Debian's libraries in it.
(require :asdf)
(mapc #'require '(:sb-posix :sb-bsd-sockets :sb-md5 :sb-rotate-byte :sb-introspect :sb-concurrency :sb-cltl2))
(mapc #'asdf:load-system
      '(:alexandria :anaphora :babel :cl-base64 :bordeaux-threads :closer-mop :cl-csv :cl-interpol :ironclad :iterate
        :local-time :parse-number :cl-ppcre :puri :quri :split-sequence :cl-unicode :cl-utilities :cl-who :xmls :yason))

;; What people paste loads its libraries this way.
(defpackage :ql (:use :cl) (:export #:quickload))
(in-package :ql)
(defun quickload (systems &key &allow-other-keys)
  "Load systems that are here; there is no network to get others by."
  (dolist (system (if (listp systems) systems (list systems)) systems)
    (asdf:load-system system)))
(in-package :cl-user)
;; They are here as they are: without their sources' timestamps being looked at, or anything compiled again.
(mapc #'asdf:register-immutable-system (asdf:already-loaded-systems))
(sb-ext:save-lisp-and-die "/usr/local/bin/sbcl" :executable t)
