import os

fn main() {
	for each in os.args[1..] {
		println('arg ${each}')
	}
}
