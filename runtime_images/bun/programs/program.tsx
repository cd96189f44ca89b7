function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function backwards(text: string): string {
  return text === "" ? "" : backwards(text.slice(1)) + text[0];
}

const counts: Map<string, number> = new Map();
for (const word of "the quick the fox".split(" ")) {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}
const ordered: [string, number][] = [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));

console.log("fib", fib(10));
console.log("reversed", backwards("hello"));
console.log("words", ordered.map(([word, count]) => `${word}=${count}`).join(" "));
console.log("sorted", [5, 3, 8, 1, 2].sort((a, b) => a - b).join(" "));
