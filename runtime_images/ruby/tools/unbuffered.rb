$stdout.sync = true # what was printed before a timeout is seen
