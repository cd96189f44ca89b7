(print (slurp "data.txt"))
(flush)
