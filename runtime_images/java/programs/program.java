package org.example.words;

import java.util.*;
import java.util.stream.*;

record Entry(String word, int count) {
    @Override
    public String toString() {
        return word + "=" + count;
    }
}

public class Words {
    static class Counter {
        private final Map<String, Integer> counts = new HashMap<>();

        void add(String word) {
            counts.merge(word, 1, Integer::sum);
        }

        List<Entry> ordered() {
            return counts.entrySet().stream()
                .map(each -> new Entry(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(Entry::count).reversed().thenComparing(Entry::word))
                .toList();
        }
    }

    static int fib(int n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }

    static String backwards(String text) {
        return text.isEmpty() ? "" : backwards(text.substring(1)) + text.charAt(0);
    }

    public static void main(String[] args) {
        Counter counter = new Counter();
        for (String word : "the quick the fox".split(" ")) {
            counter.add(word);
        }
        System.out.println("fib " + fib(10));
        System.out.println("reversed " + backwards("hello"));
        System.out.println("words " + counter.ordered().stream().map(Entry::toString).collect(Collectors.joining(" ")));
        System.out.println("sorted " + IntStream.of(5, 3, 8, 1, 2).sorted().mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    }
}
