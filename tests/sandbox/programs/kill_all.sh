# tries: kill every process it may signal, with every signal that ends one
# must: leave the supervisor alive and the truth told
# expect-exit: 0 or 137
for signal in TERM HUP INT QUIT USR1 USR2 PIPE ALRM SEGV; do
    trap '' "$signal" 2>/dev/null
    kill -s "$signal" -1 2>/dev/null
done
echo contained
kill -s KILL -1 2>/dev/null
exit 0
