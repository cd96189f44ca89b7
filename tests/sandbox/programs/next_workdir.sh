# tries: guess where the next job's files will be, and put links there
# must: neither be there for the next job nor keep it from its own
# again: next job
# expect-artifacts: any
if [ "$1" = first ]; then
    parent=$(dirname "$HOME")
    for name in 0 1 2 3 next job work "$(basename "$HOME")1"; do
        ln -s /etc "$parent/$name" 2>/dev/null
        ln -s /etc "/tmp/$name" 2>/dev/null
    done
    rm -rf /tmp/input /tmp/artifacts
    ln -s /etc /tmp/input
    ln -s /etc /tmp/artifacts
    echo contained
elif [ -L /tmp/input ] || [ -L /tmp/artifacts ] || [ -L /tmp/next ] || [ -L "$(dirname "$HOME")/next" ]; then
    echo "BREACH: links of the last job"
else
    echo contained
fi
