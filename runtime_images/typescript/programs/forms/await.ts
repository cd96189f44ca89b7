import { readFile } from "fs/promises";

const text: string = await readFile("main.ts", "utf8");
for await (const part of [Promise.resolve(text.length > 10 ? "ok" : "no")]) console.log(part);
