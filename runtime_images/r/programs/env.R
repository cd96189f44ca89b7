writeLines(Sys.getenv("GREETING"))
