cat("made", file = file.path(Sys.getenv("ARTIFACTS_DIR"), "result.txt"))
writeLines("ok")
