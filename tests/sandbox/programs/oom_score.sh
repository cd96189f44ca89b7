# tries: make the kernel spare it, and choose another, when memory runs out
# must: be refused what spares it more than anything else
if (echo -1000 >/proc/self/oom_score_adj) 2>/dev/null; then echo "BREACH: -1000"; exit 1; fi
if (echo -1 >/proc/$$/oom_score_adj) 2>/dev/null; then echo "BREACH: -1"; exit 1; fi
echo contained
