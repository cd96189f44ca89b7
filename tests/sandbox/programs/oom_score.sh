# tries: make the kernel spare it, and choose another, when memory runs out
# must: be refused
before=$(cat /proc/self/oom_score_adj)
if (echo -1000 >/proc/self/oom_score_adj) 2>/dev/null; then echo "BREACH: -1000"; exit 1; fi
if (echo $((before - 1)) >/proc/$$/oom_score_adj) 2>/dev/null; then echo "BREACH: below $before"; exit 1; fi
echo contained
