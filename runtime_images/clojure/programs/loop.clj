(println "looping")
(while true)
