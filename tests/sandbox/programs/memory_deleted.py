# tries: hold memory in deleted files of the working folder, /tmp and /dev/shm, which no listing shows
# must: be stopped by the size of the area, all of them together
# limits: memory_mb=128 work_mb=32
# expect-end: exited or memory
# expect-exit: 0 or 137
# expect-stdout: contained or nothing
import os
import tempfile

held = 0
files = []
for folder in (os.getcwd(), "/tmp", "/dev/shm"):
    try:
        while held < 512:
            f = tempfile.TemporaryFile(dir=folder, buffering=0)
            files.append(f)
            for _ in range(8):
                held += (f.write(b"x" * (1 << 20)) or 0) >> 20
                os.fsync(f.fileno())
    except OSError:
        continue
print(f"BREACH: held {held} MiB" if held > 192 else "contained")
