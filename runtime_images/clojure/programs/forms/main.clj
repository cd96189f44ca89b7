(ns my.app
  (:gen-class))

(defn -main [& args]
  (println @(future "ok")))
