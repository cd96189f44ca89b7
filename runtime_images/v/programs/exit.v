fn main() {
	exit(3)
}
