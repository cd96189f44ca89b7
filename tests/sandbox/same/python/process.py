import os
import re
import resource
import signal
import subprocess
import threading

print(sorted(os.listdir("/proc/self/fd")), [os.fstat(number).st_mode for number in range(3)])
print(os.getpid() if os.getppid() < 3 else "", os.getpgrp() - os.getpid(), os.getsid(0) - os.getpid())
print(os.listdir("/proc/self/task") == [str(os.getpid())], threading.active_count(), threading.current_thread())
print([(number, signal.getsignal(number)) for number in signal.valid_signals()])
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()), signal.sigpending(), signal.getitimer(signal.ITIMER_REAL))
print(os.getuid(), os.getgid(), os.getgroups(), os.umask(0o22), os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0))
print(os.sched_getaffinity(0), [(name, resource.getrlimit(getattr(resource, name))) for name in dir(resource) if name.startswith("RLIMIT")])
status = open("/proc/self/status").read()
print(re.findall(r"^(?:Name|Umask|Sig\w+|Shd\w+|Cap\w+|NoNewPrivs|Seccomp\w*|Threads|CoreDumping|THP\w+):.*", status, re.M))
print(open("/proc/self/oom_score_adj").read(), open("/proc/self/timerslack_ns").read() if os.path.exists("/proc/self/timerslack_ns") else "")
print(sorted(entry for entry in os.listdir("/proc") if entry.isdigit()) if os.getppid() < 3 else "")
print(subprocess.run(["sh", "-c", "ls -l /proc/self/fd | wc -l; ps 2>/dev/null; ulimit -a"], capture_output=True, text=True).stdout)
print(sorted(os.listdir("/work")), sorted(os.listdir("/tmp")), sorted(os.listdir("/dev/shm")))
