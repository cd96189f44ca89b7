(defn area [side]
  (* side side))
