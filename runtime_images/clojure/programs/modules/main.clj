(require '[greeting :refer [text]])
(load-file "shapes.clj")

(when (= (area 3) 9)
  (println text "ok"))
