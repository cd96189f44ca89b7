fn main() {
	if area(3) == 9 {
		println('${text} ok')
	}
}
