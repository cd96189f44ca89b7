# tries: hold up the next job's hand-over: with children that hold every descriptor, and by never ending
# must: end with its job, and the next job's interpreter waits as ever
# expect-stdout: nothing
# expect-end: timeout
# expect-exit: -1
# timeout: 2
# again: next job
import os
import signal
import time

for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
    signal.signal(number, signal.SIG_IGN)
for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
time.sleep(60)
