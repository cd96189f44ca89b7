fn main() {
	for {
	}
}
