(defn -main [& args]
  (println "ok"))

(apply -main *command-line-args*)
