; The main class of what is taken away: it loads the program.
(ns launcher (:gen-class))
(defn -main [& arguments]
  (binding [*command-line-args* arguments]
    (clojure.lang.RT/loadResourceScript "main.clj")))
