for (argument in commandArgs(trailingOnly = TRUE)) {
  writeLines(paste("arg", argument))
}
