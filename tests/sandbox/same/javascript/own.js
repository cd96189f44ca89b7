const { execFileSync } = require("child_process");
console.log(Math.random(), require("crypto").randomUUID());
console.log(require("fs").readFileSync("/proc/self/maps", "utf8").split("\n").filter((line) => /stack|heap|libc/.test(line)).map((line) => line.split(" ")[0]).join(" "));
