# tries: fill the working folder, /tmp, /dev/shm and /tmp/artifacts
# must: be told there is no space, after the size of the area
# limits: memory_mb=128 work_mb=32
# expect-end: exited or memory
# expect-exit: 0 or 137
# expect-stdout: contained or nothing
total=0
for folder in . /tmp /dev/shm /tmp/artifacts; do
    for i in 1 2 3 4 5 6 7 8; do head -c 16777216 /dev/zero >"$folder/fill$i" 2>/dev/null || break; done
    for file in "$folder"/fill*; do
        [ -f "$file" ] && total=$((total + $(stat -c %s "$file")))
    done
done
rm -f fill* /tmp/fill* /dev/shm/fill* /tmp/artifacts/fill*
if [ $total -gt 201326592 ]; then echo "BREACH: $total bytes"; else echo contained; fi
