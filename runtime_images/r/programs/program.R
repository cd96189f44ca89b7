fib <- function(n) if (n < 2) n else fib(n - 1) + fib(n - 2)

backwards <- function(text) {
  if (nchar(text) == 0) return("")
  paste0(backwards(substring(text, 2)), substring(text, 1, 1))
}

counts <- list()
for (word in strsplit("the quick the fox", " ")[[1]]) {
  counts[[word]] <- (if (is.null(counts[[word]])) 0 else counts[[word]]) + 1
}
counts <- unlist(counts)
counts <- counts[order(-counts, names(counts))]

writeLines(paste("fib", fib(10)))
writeLines(paste("reversed", backwards("hello")))
writeLines(paste(c("words", paste0(names(counts), "=", counts)), collapse = " "))
writeLines(paste(c("sorted", sort(c(5, 3, 8, 1, 2))), collapse = " "))
