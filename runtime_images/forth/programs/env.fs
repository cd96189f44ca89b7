s" GREETING" getenv type cr
