# tries: use or make device files: disks, memory, kernel log, terminals, fuse, kvm
# must: have only the harmless ones
import contextlib
import os
import stat

harmless = {"null", "zero", "full", "random", "urandom", "tty", "ptmx"}
got = []
for folder, _, names in os.walk("/dev"):
    if folder.startswith(("/dev/shm", "/dev/mqueue", "/dev/pts")):
        continue
    for name in names:
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            mode = os.stat(path).st_mode
            if name in harmless or not (stat.S_ISBLK(mode) or stat.S_ISCHR(mode)):
                continue
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            got.append(path)
for name, kind, major, minor in (
    ("mem", stat.S_IFCHR, 1, 1),
    ("sda", stat.S_IFBLK, 8, 0),
    ("vda", stat.S_IFBLK, 254, 0),
):
    with contextlib.suppress(OSError):
        os.mknod(name, kind | 0o600, os.makedev(major, minor))
        got.append(f"mknod {name}")
print(f"BREACH: {got}" if got else "contained")
