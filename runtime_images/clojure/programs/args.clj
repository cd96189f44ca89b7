(doseq [argument *command-line-args*]
  (println "arg" argument))
