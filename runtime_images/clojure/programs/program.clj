(require '[clojure.string :as string])

(defn fib [n]
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(defn backwards [text]
  (if (empty? text) "" (str (backwards (subs text 1)) (first text))))

(let [counts (frequencies (string/split "the quick the fox" #" "))
      ordered (sort-by (fn [[word n]] [(- n) word]) counts)]
  (println "fib" (fib 10))
  (println "reversed" (backwards "hello"))
  (println (string/join " " (cons "words" (map (fn [[word n]] (str word "=" n)) ordered))))
  (println (string/join " " (cons "sorted" (sort [5 3 8 1 2])))))
