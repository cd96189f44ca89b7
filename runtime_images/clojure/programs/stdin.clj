(doseq [line (line-seq (java.io.BufferedReader. *in*))]
  (println "got" line))
