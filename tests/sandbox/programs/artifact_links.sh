# tries: have the supervisor read the machine's files through symbolic links among the artifacts
# must: get only the plain file
# expect-artifacts: plain
mkdir -p /tmp/artifacts
ln -s /etc/passwd /tmp/artifacts/passwd
ln -s "$CANARY_FILE" /tmp/artifacts/canary
ln -s /proc/1/environ /tmp/artifacts/environ
ln -s ../../etc/hostname /tmp/artifacts/hostname
ln -s plain /tmp/artifacts/itself
ln -s loop /tmp/artifacts/loop
echo data >/tmp/artifacts/plain
echo contained
