fn main() {
	line := 'x'.repeat(63)
	for _ in 0 .. 16384 {
		println(line)
	}
}
