# tries: write to /sys: kernel and device settings, control groups, debugging
# must: find nothing writable
found=$(find /sys -xdev -type f -writable 2>/dev/null | head -n 3)
for file in $found /sys/kernel/uevent_helper /sys/power/state /sys/kernel/debug/x /sys/fs/cgroup/cgroup.procs \
    /sys/fs/cgroup/memory/tasks /sys/fs/cgroup/unified/cgroup.procs; do
    if (: >>"$file") 2>/dev/null; then echo "BREACH: $file"; exit 1; fi
done
for folder in $(find /sys/fs/cgroup -maxdepth 3 -type d 2>/dev/null | head -n 40); do
    if mkdir "$folder/breach" 2>/dev/null; then rmdir "$folder/breach"; echo "BREACH: cgroup in $folder"; exit 1; fi
done
echo contained
