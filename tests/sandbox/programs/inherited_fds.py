# tries: use descriptors that the supervisor forgot to close
# must: find only 0, 1 and 2, and nothing behind them but pipes, its input and /dev/null
import os

fds = {}
for name in os.listdir("/proc/self/fd"):
    try:
        fds[int(name)] = os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        continue
own = f"/proc/{os.getpid()}/fd"
strange = {
    n: t
    for n, t in fds.items()
    if t != own and not (n < 3 and (t.startswith("pipe:") or t in ("/dev/null", "/memfd:stdin (deleted)")))
}
print(f"BREACH: {strange}" if strange else "contained")
