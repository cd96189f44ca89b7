# tries: learn from the files of /proc where the service keeps what it shows, and in which control group programs are
# must: see names that say nothing of the machine's folders
# backends: namespaces
# because: a task's mounts and control group are its container's own, which Fargate names, and hold nothing of ours
import glob
import os

found = []
for path in glob.glob("/proc/*/mountinfo") + glob.glob("/proc/*/task/*/mountinfo"):
    try:
        lines = open(path).read().splitlines()
    except OSError:
        continue
    for line in lines:
        mount, _, system = line.partition(" - ")
        shown, place = mount.split()[3:5]
        kind, source, options = system.split(" ", 2)
        if shown not in ("/", "/newroot", place, "/" + os.path.basename(place)):
            found.append(f"{place} is {shown}")
        if kind == "overlay" and "/" in source + options:
            found.append(f"{place} is {source} {options}")
for path in glob.glob("/proc/*/cgroup"):
    try:
        groups = {line.rsplit(":", 1)[1] for line in open(path).read().splitlines()}
    except OSError:
        continue
    if groups - {"/"}:
        found.append(f"{path}: {groups}")
print(f"BREACH: {found}" if found else "contained")
