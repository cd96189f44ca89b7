# tries: hard-link files of others into the artifacts
# must: be refused by the kernel, or get nothing
import contextlib
import os

os.makedirs("/tmp/artifacts", exist_ok=True)
got = []
for path in ("/etc/passwd", "/etc/shadow", "/usr/bin/su", "/proc/1/environ", os.environ["CANARY_FILE"]):
    with contextlib.suppress(OSError):
        os.link(path, "/tmp/artifacts/" + os.path.basename(path))
        got.append(path)
print(f"BREACH: linked {got}" if got else "contained")
