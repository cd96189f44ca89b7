# tries: fork without end
# must: hit the process limit, and be gone with all its children at the timeout or before
# limits: processes=32
# timeout: 2
# expect-end: timeout or exited
# expect-exit: any
# expect-stdout: any
bomb() { bomb | bomb & }
bomb
wait
sleep 60
