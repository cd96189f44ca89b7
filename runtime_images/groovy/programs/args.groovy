args.each { println "arg $it" }
