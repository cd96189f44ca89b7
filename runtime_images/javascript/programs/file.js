process.stdout.write(require("fs").readFileSync("data.txt"));
