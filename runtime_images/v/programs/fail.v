fn main() {
	panic('it broke')
}
