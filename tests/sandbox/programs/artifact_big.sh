# tries: leave 32 MiB of artifacts
# must: get at most 10 MiB of them, whole files only
# limits: work_mb=64
# expect-artifacts: any
# rss: 40
mkdir -p /tmp/artifacts
for i in 1 2 3 4 5 6 7 8; do head -c 4194304 /dev/zero >"/tmp/artifacts/$i"; done
echo contained
