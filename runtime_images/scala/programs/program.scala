def fib(n: Int): Int = if n < 2 then n else fib(n - 1) + fib(n - 2)

def backwards(text: String): String = if text.isEmpty then "" else backwards(text.tail) + text.head

@main def program(): Unit =
  val counts = "the quick the fox".split(" ").groupBy(identity).map((word, all) => word -> all.length)
  val ordered = counts.toSeq.sortBy((word, n) => (-n, word))

  println(s"fib ${fib(10)}")
  println(s"reversed ${backwards("hello")}")
  println("words " + ordered.map((word, n) => s"$word=$n").mkString(" "))
  println("sorted " + List(5, 3, 8, 1, 2).sorted.mkString(" "))
