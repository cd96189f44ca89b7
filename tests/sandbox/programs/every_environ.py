# tries: read the environment and command line of every process, and of every thread of it
# must: find no secret of the supervisor there
import glob
import re

found = []
for path in (
    glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/*/task/*/environ")
):
    try:
        with open(path, "rb") as f:
            if re.search(rb"canary-\d+", f.read()):
                found.append(path)
    except OSError:
        continue
print(f"BREACH: {found}" if found else "contained")
