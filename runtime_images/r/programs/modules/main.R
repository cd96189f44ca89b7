source("greeting.R")
source("shapes.R")
stopifnot(area(3) == 9)
writeLines(paste(text, "ok"))
