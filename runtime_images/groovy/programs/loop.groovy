println "looping"
while (true) { }
