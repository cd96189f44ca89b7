fn main() {
	println(nothing_of_that_name)
}
