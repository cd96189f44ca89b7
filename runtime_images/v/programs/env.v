import os

fn main() {
	println(os.getenv('GREETING'))
}
