# tries: leave a daemon: double fork, a session of its own, no descriptors, all signals ignored
# must: not survive the program
# timeout: 3
import contextlib
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    for number in range(1, 65):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    os.closerange(0, 256)
    time.sleep(1000)
    os._exit(0)
time.sleep(0.05)
print("contained")
