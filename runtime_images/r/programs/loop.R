cat("looping\n")
while (TRUE) {}
