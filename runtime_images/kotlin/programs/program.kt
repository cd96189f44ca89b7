fun fib(n: Int): Int = if (n < 2) n else fib(n - 1) + fib(n - 2)

fun backwards(text: String): String = if (text.isEmpty()) "" else backwards(text.drop(1)) + text.first()

fun main() {
    val counts = mutableMapOf<String, Int>()
    for (word in "the quick the fox".split(" ")) {
        counts.merge(word, 1, Int::plus)
    }
    val ordered = counts.entries.sortedWith(compareBy({ -it.value }, { it.key }))

    println("fib ${fib(10)}")
    println("reversed ${backwards("hello")}")
    println("words " + ordered.joinToString(" ") { "${it.key}=${it.value}" })
    println("sorted " + listOf(5, 3, 8, 1, 2).sorted().joinToString(" "))
}
