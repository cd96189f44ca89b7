const words: string[] = ["hello", "from", "wasm"];
let line = "";
for (let i = 0; i < words.length; i++) {
    line += (i > 0 ? " " : "") + words[i];
}
console.log(line);
