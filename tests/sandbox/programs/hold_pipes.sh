# tries: leave a background process that holds the pipes
# must: end when the program ends, at once
sleep 1000 &
nohup sleep 1001 >/dev/null 2>&1 &
echo contained
