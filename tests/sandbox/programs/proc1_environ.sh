# tries: read the environment, command line and memory map of process 1 and of its parent
# must: find no secret of the supervisor there
for pid in 1 "$PPID"; do
    for file in environ cmdline maps auxv; do
        if tr '\0' '\n' 2>/dev/null <"/proc/$pid/$file" | grep -aqE 'canary-[0-9]+'; then
            echo "BREACH: /proc/$pid/$file"
            exit 1
        fi
    done
done 2>/dev/null
echo contained
