for line in stdin.lines:
  echo "got ", line
