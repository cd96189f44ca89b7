System.in.eachLine { println "got $it" }
