# tries: never end
# must: time out
# timeout: 0.5
# expect-end: timeout
# expect-exit: -1
echo contained
sleep 1000
