fn main() {
	println('looping')
	for {
	}
}
