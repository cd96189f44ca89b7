# tries: leave files in /dev/shm and every other shared place for the next job
# must: find nothing of the last job's
# again: next job
# expect-artifacts: any
import contextlib
import os
import sys

places = (
    "/dev/shm",
    "/tmp",
    "/var/tmp",
    "/run",
    "/run/lock",
    "/dev/mqueue",
    "/tmp/input",
    "/tmp/artifacts",
    os.getcwd(),
)
if sys.argv[1] == "first":
    for place in places:
        with contextlib.suppress(OSError):
            os.makedirs(place, exist_ok=True)
            for name in ("left", ".left"):
                with open(f"{place}/{name}", "w") as f:
                    f.write("from the last job")
    print("contained")
else:
    found = [
        f"{place}/{name}" for place in places for name in ("left", ".left") if os.path.lexists(f"{place}/{name}")
    ]
    print(f"BREACH: {found}" if found else "contained")
