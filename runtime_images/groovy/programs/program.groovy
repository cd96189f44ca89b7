int fib(int n) {
    n < 2 ? n : fib(n - 1) + fib(n - 2)
}

String backwards(String text) {
    text ? backwards(text.substring(1)) + text[0] : ''
}

def counts = 'the quick the fox'.split(' ').countBy { it }
def ordered = counts.sort { a, b -> b.value <=> a.value ?: a.key <=> b.key }

println "fib ${fib(10)}"
println "reversed ${backwards('hello')}"
println "words ${ordered.collect { word, count -> "$word=$count" }.join(' ')}"
println "sorted ${[5, 3, 8, 1, 2].sort().join(' ')}"
