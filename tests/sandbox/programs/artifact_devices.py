# tries: have the supervisor read devices and sockets
# must: get only the plain file
# expect-artifacts: plain
import contextlib
import os
import socket
import stat

os.makedirs("/tmp/artifacts", exist_ok=True)
for name, kind, device in (
    ("zero", stat.S_IFCHR, os.makedev(1, 5)),
    ("disk", stat.S_IFBLK, os.makedev(254, 0)),
):
    with contextlib.suppress(OSError):
        os.mknod(f"/tmp/artifacts/{name}", kind | 0o666, device)
        print(f"BREACH: made {name}")
s = socket.socket(socket.AF_UNIX)
s.bind("/tmp/artifacts/socket")
os.symlink("/dev/zero", "/tmp/artifacts/endless")
with open("/tmp/artifacts/plain", "w") as f:
    f.write("data")
print("contained")
