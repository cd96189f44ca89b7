BEGIN {
    line = sprintf("%63s", "")
    gsub(/ /, "x", line)
    for (i = 0; i < 16384; i++) print line
}
