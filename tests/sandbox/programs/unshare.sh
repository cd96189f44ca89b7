# tries: become root of namespaces of its own
# must: be refused each
for option in --user --map-root-user --mount --pid --net --ipc --uts --cgroup --time; do
    if unshare $option --fork true 2>/dev/null; then echo "BREACH: unshare $option"; exit 1; fi
done
echo contained
