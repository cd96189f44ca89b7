# tries: find other programs' hand-overs: those that wait for a job, and their pipes
# must: see no process that waits, and no pipe of anybody else's
import glob
import os

family = {os.getpid(), os.getppid(), 1}
found = []
for folder in glob.glob("/proc/[0-9]*/fd"):
    process = int(folder.split("/")[2])
    if process in family:
        continue
    try:
        found += [
            f"{process}: {name}" for name in os.listdir(folder) if os.readlink(f"{folder}/{name}").startswith("pipe:")
        ]
    except OSError:
        continue
for name in glob.glob("/proc/[0-9]*/environ"):
    try:
        if int(name.split("/")[2]) not in family and b"PYTHONPATH=/etc/language" in open(name, "rb").read():
            found.append(name)
    except OSError:
        continue
print(f"BREACH: {found}" if found else "contained")
