libraries <- c(
  "base64enc", "boot", "broom", "class", "cluster", "corrplot", "curl", "data.table", "digest", "dplyr", "e1071",
  "forcats", "foreign", "ggplot2", "glue", "gridExtra", "httr", "igraph", "jsonlite", "lattice", "lubridate",
  "magrittr", "MASS", "Matrix", "mgcv", "modelr", "nlme", "nnet", "openxlsx", "plyr", "png", "purrr", "R6",
  "randomForest", "Rcpp", "readr", "readxl", "reshape2", "rpart", "RSQLite", "rvest", "scales", "stringi", "stringr",
  "survival", "tibble", "tidyr", "tidyverse", "viridis", "xml2", "xts", "yaml", "zoo"
)
for (library in libraries) suppressPackageStartupMessages(loadNamespace(library))
suppressPackageStartupMessages({
  library(dplyr)
  library(ggplot2)
})

stopifnot(
  identical(jsonlite::fromJSON('{"a": [1, 2]}')$a, c(1L, 2L)),
  data.frame(g = c("a", "a", "b"), v = 1:3) |> group_by(g) |> summarise(s = sum(v)) |> pull(s) |> identical(c(3L, 3L)),
  data.table::data.table(a = 1:3)[a > 1, .N] == 2,
  lubridate::ymd("2024-02-28") + 1 == as.Date("2024-02-29"),
  xml2::xml_text(xml2::xml_find_first(xml2::read_xml("<a><b>x</b></a>"), "b")) == "x",
  yaml::yaml.load("a: 1")$a == 1,
  stringr::str_extract("abc12", "[0-9]+") == "12"
)
connection <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
stopifnot(DBI::dbGetQuery(connection, "select 6 * 7 as x")$x == 42)
DBI::dbDisconnect(connection)
plot <- ggplot(mtcars, aes(wt, mpg)) + geom_point()
suppressMessages(ggsave(file.path(Sys.getenv("ARTIFACTS_DIR"), "plot.png"), plot, width = 4, height = 3))
stopifnot(dim(png::readPNG(file.path(Sys.getenv("ARTIFACTS_DIR"), "plot.png")))[1] > 100)
writeLines("ok")
