(dotimes [_ 16384]
  (println (apply str (repeat 63 "x"))))
