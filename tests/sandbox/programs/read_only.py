# tries: write anywhere outside its own places
# must: find the rest of the file system read-only
import contextlib
import os

own = ("/proc", "/sys", "/tmp", "/dev/shm", "/dev/mqueue", "/dev/pts", os.environ["HOME"], os.getcwd())
got = []
for folder, folders, _ in os.walk("/"):
    if folder.startswith(own):
        folders.clear()
        continue
    path = os.path.join(folder, "breach")
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        got.append(folder)
        os.unlink(path)
    if folder.count("/") > 4:
        folders.clear()
print(f"BREACH: {got[:5]}" if got else "contained")
