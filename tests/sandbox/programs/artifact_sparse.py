# tries: have the supervisor read a file that is vast and takes no space
# must: not send it, nor spend memory on it
# limits: file_mb=64 work_mb=64
# expect-artifacts: plain
# rss: 24
import contextlib
import os

os.makedirs("/tmp/artifacts", exist_ok=True)
for name, size in (("vast", 1 << 42), ("large", 64 << 20)):
    with open(f"/tmp/artifacts/{name}", "wb") as f, contextlib.suppress(OSError):
        os.truncate(f.fileno(), size)
    if os.stat(f"/tmp/artifacts/{name}").st_size == 0:
        os.unlink(f"/tmp/artifacts/{name}")
with open("/tmp/artifacts/plain", "w") as f:
    f.write("data")
print("contained")
