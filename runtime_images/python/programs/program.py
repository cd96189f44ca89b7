"""Recursion, strings, a map and sorting."""

import functools


@functools.cache
def fib(n: int) -> int:
    """Return the n-th Fibonacci number."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def reverse(text: str) -> str:
    """Return a text backwards, the recursive way."""
    return text if not text else reverse(text[1:]) + text[0]


def count(words: list[str]) -> dict[str, int]:
    """Return how often each word occurs."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


print("fib", fib(10))
print("reversed", reverse("hello"))
ordered = sorted(count("the quick the fox".split()).items(), key=lambda item: (-item[1], item[0]))
print("words", *(f"{word}={number}" for word, number in ordered))
print("sorted", *sorted([5, 3, 8, 1, 2]))
