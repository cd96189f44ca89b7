fn main() {
    for _ in 0..16_384 {
        println!("{}", "x".repeat(63));
    }
}
