new File(System.getenv("ARTIFACTS_DIR"), "result.txt").text = "made"
println "ok"
