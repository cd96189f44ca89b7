package main

import (
	"fmt"
	"sort"
	"strings"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func backwards(text string) string {
	if text == "" {
		return ""
	}
	return backwards(text[1:]) + text[:1]
}

func main() {
	counts := map[string]int{}
	for _, word := range strings.Fields("the quick the fox") {
		counts[word]++
	}
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool {
		if counts[words[i]] != counts[words[j]] {
			return counts[words[i]] > counts[words[j]]
		}
		return words[i] < words[j]
	})
	numbers := []int{5, 3, 8, 1, 2}
	sort.Ints(numbers)

	fmt.Println("fib", fib(10))
	fmt.Println("reversed", backwards("hello"))
	fmt.Print("words")
	for _, word := range words {
		fmt.Printf(" %s=%d", word, counts[word])
	}
	fmt.Println()
	fmt.Println("sorted", strings.Trim(fmt.Sprint(numbers), "[]"))
}
