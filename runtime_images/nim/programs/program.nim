import std/[algorithm, sequtils, strutils, tables]

proc fib(n: int): int =
  if n < 2: n else: fib(n - 1) + fib(n - 2)

proc backwards(text: string): string =
  if text.len == 0: "" else: backwards(text[1 .. ^1]) & text[0]

var counts: CountTable[string]
for word in "the quick the fox".splitWhitespace:
  counts.inc(word)

proc order(a, b: (string, int)): int =
  cmp((-a[1], a[0]), (-b[1], b[0]))

let pairs = toSeq(counts.pairs).sorted(order)
echo "fib ", fib(10)
echo "reversed ", backwards("hello")
echo "words ", pairs.mapIt(it[0] & "=" & $it[1]).join(" ")
echo "sorted ", sorted([5, 3, 8, 1, 2]).join(" ")
