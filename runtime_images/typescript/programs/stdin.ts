import { createInterface } from "readline";

createInterface({ input: process.stdin }).on("line", (line: string) => console.log("got", line));
