stdout.write readFile("data.txt")
