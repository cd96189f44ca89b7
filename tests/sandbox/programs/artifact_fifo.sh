# tries: make the supervisor wait for ever on a pipe among the artifacts
# must: get only the plain file, at once
# collect: pipe
# expect-artifacts: plain
mkdir -p /tmp/artifacts
mkfifo /tmp/artifacts/pipe pipe
echo data >/tmp/artifacts/plain
echo contained
