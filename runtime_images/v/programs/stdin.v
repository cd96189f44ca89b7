import os

fn main() {
	for line in os.get_raw_lines_joined().split_into_lines() {
		println('got ${line}')
	}
}
