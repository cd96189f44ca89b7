stop("it broke")
