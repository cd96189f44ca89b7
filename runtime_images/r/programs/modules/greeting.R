text <- "modules"
