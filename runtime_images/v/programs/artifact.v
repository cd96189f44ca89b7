import os

fn main() {
	os.write_file(os.join_path(os.getenv('ARTIFACTS_DIR'), 'result.txt'), 'made')!
	println('ok')
}
