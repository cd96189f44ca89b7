# tries: write 64 MiB to stdout
# must: keep the first 2 MiB, drain the rest, not be blocked
# expect-stdout: any
# expect-truncated: stdout
# rss: 24
yes contained | head -c 67108864
