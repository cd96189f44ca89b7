(defvar *text* "modules")
