# tries: learn kernel addresses, memory, log and key lists
# must: read nothing useful
if awk '$1 !~ /^0+$/ {found = 1} END {exit !found}' /proc/kallsyms 2>/dev/null; then echo "BREACH: kallsyms"; exit 1; fi
for file in /proc/kcore /proc/kmsg /proc/keys /proc/sched_debug /proc/timer_list /proc/vmallocinfo \
    /proc/slabinfo /proc/iomem.x /sys/kernel/debug/tracing/trace /sys/kernel/tracing/trace /boot/System.map; do
    case $file in
        /proc/keys) [ -z "$(cat $file 2>/dev/null)" ] || { echo "BREACH: $file"; exit 1; } ;;
        *) if [ -n "$(head -c 1 "$file" 2>/dev/null | tr '\0' x)" ]; then echo "BREACH: $file"; exit 1; fi ;;
    esac
done
if dmesg >/dev/null 2>&1; then echo "BREACH: kernel log"; exit 1; fi
echo contained
