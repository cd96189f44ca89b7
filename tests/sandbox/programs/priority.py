# tries: take the processor from everyone else: negative nice, real-time scheduling, real-time I/O
# must: be refused each
import contextlib
import os

got = []
with contextlib.suppress(OSError):
    os.setpriority(os.PRIO_PROCESS, 0, -1)
    got.append("nice -1")
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(1))
        got.append(f"policy {policy}")
print(f"BREACH: {got}" if got else "contained")
