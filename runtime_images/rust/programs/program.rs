use std::collections::HashMap;

fn fib(n: u32) -> u32 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

fn backwards(text: &str) -> String {
    match text.chars().next() {
        None => String::new(),
        Some(first) => format!("{}{}", backwards(&text[first.len_utf8()..]), first),
    }
}

fn main() {
    let mut counts: HashMap<&str, i32> = HashMap::new();
    for word in "the quick the fox".split_whitespace() {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut pairs: Vec<_> = counts.into_iter().collect();
    pairs.sort_by_key(|&(word, count)| (-count, word));
    let words: Vec<String> = pairs.iter().map(|(word, count)| format!("{word}={count}")).collect();
    let mut numbers = vec![5, 3, 8, 1, 2];
    numbers.sort();
    let numbers: Vec<String> = numbers.iter().map(|n| n.to_string()).collect();

    println!("fib {}", fib(10));
    println!("reversed {}", backwards("hello"));
    println!("words {}", words.join(" "));
    println!("sorted {}", numbers.join(" "));
}
