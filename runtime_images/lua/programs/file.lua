io.write(io.open("data.txt"):read("a"))
