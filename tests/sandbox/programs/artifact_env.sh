# tries: have the supervisor collect another folder, by the variable that names it
# must: get what is in /tmp/artifacts, whatever the variable says
# env: ARTIFACTS_DIR=/etc
# env: TMPDIR=/etc
# env: HOME=/root
# expect-artifacts: plain
mkdir -p /tmp/artifacts
echo data >/tmp/artifacts/plain
echo contained
