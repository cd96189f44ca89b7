function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
function reverse(text) { return text == "" ? "" : reverse(substr(text, 2)) substr(text, 1, 1) }

function less(a, b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b }

function insertion_sort(list, n,    i, j, held) {
    for (i = 2; i <= n; i++) {
        held = list[i]
        for (j = i - 1; j >= 1 && (by_count ? less(held, list[j]) : held < list[j]); j--) list[j + 1] = list[j]
        list[j + 1] = held
    }
}

BEGIN {
    print "fib", fib(10)
    print "reversed", reverse("hello")

    n = split("the quick the fox", words, " ")
    for (i = 1; i <= n; i++) counts[words[i]]++
    n = 0
    for (word in counts) names[++n] = word
    by_count = 1
    insertion_sort(names, n)
    line = "words"
    for (i = 1; i <= n; i++) line = line " " names[i] "=" counts[names[i]]
    print line

    by_count = 0
    n = split("5 3 8 1 2", numbers, " ")
    for (i = 1; i <= n; i++) numbers[i] += 0
    insertion_sort(numbers, n)
    line = "sorted"
    for (i = 1; i <= n; i++) line = line " " numbers[i]
    print line
}
