for (line in readLines(file("stdin"), warn = FALSE)) {
  writeLines(paste("got", line))
}
