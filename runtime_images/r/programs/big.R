for (i in 1:16384) writeLines(strrep("x", 63))
