# tries: change and grow its own input, which may be a file in memory that the supervisor made
# must: be refused
# stdin: 4096
import contextlib
import os

got = []
with contextlib.suppress(OSError):
    got.append(f"wrote {os.write(0, b'x')}")
with contextlib.suppress(OSError):
    os.ftruncate(0, 8 << 20)
    got.append("grew it")
with contextlib.suppress(OSError), open("/proc/self/fd/0", "wb") as f:
    got.append(f"reopened it and wrote {f.write(b'x' * 4096)}")
print(f"BREACH: {got}" if got else "contained")
