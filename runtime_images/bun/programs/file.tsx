await Bun.write(Bun.stdout, Bun.file("data.txt"));
