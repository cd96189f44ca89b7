import os

fn main() {
	print(os.read_file('data.txt')!)
}
