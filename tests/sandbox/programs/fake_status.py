# tries: tell the supervisor a false ending through every descriptor it may listen on
# must: be reported with its true exit code
# expect-exit: 7
import contextlib
import os

for fd in range(3, 256):
    with contextlib.suppress(OSError):
        os.write(fd, b'{"exit-code": 0}\n\0\0\0\0')
for name in os.listdir("/proc/self/fd"):
    if int(name) > 2:
        with contextlib.suppress(OSError), open(f"/proc/self/fd/{name}", "wb") as f:
            f.write(b'{"exit-code": 0}\n')
print("contained", flush=True)
os._exit(7)
