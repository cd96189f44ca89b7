struct Count {
	word  string
	times int
}

fn fibonacci(n int) int {
	return if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

fn by_count(a &Count, b &Count) int {
	if a.times != b.times {
		return b.times - a.times
	}
	return compare_strings(&a.word, &b.word)
}

fn main() {
	println('fib ${fibonacci(10)}')
	word := 'hello'
	println('reversed ${word.reverse()}')
	mut counts := map[string]int{}
	for each in 'the quick the fox'.split(' ') {
		counts[each]++
	}
	mut list := []Count{}
	for key, times in counts {
		list << Count{
			word: key
			times: times
		}
	}
	list.sort_with_compare(by_count)
	words := list.map('${it.word}=${it.times}').join(' ')
	println('words ${words}')
	mut numbers := [5, 3, 8, 1, 2]
	numbers.sort()
	sorted := numbers.map(it.str()).join(' ')
	println('sorted ${sorted}')
}
