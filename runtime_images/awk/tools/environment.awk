BEGIN {
    delete ENVIRON["_STDBUF_O"]
    if (!sub(/:[^:]*$/, "", ENVIRON["LD_PRELOAD"])) delete ENVIRON["LD_PRELOAD"]
}
