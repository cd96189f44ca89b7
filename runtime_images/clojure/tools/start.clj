; A program is loaded; then its -main is called, unless the program does so itself. What threads it had for futures go.
(load-file "main.clj")
(let [main (->> (all-ns) (keep #(ns-resolve % '-main)) (filter #(.endsWith (str (:file (meta %))) "/main.clj")) first)
      code (.replaceAll ^String (slurp "main.clj") ";.*" "")]
  (when (and main (= 1 (count (re-seq #"(?<![\w-])-main(?![\w-])" code))))
    (apply main *command-line-args*)))
(shutdown-agents)
