# tries: leave something that the next job's interpreter reads while it waits: its hooks, its paths, its caches
# must: leave nothing: the next one has waited in a place that no job has been to
# again: next job
import glob
import os
import sys

CODE = "open('/tmp/ran-before-its-job', 'w').close()\nprint('BREACH: run by the next interpreter')\n"
PLACES = ["/work", "/tmp", "/dev/shm", "/tmp/input", "/var/tmp", "/etc/language", "/usr/lib/python3"]
USER = f"/work/.local/lib/python3.{sys.version_info.minor}/site-packages"
if sys.argv[1] == "first":
    os.makedirs(USER)
    for place in [*PLACES, USER]:
        for name in ("sitecustomize.py", "usercustomize.py", "os.py", "left.pth", "pyvenv.cfg", "main.pyc"):
            try:
                with open(f"{place}/{name}", "w") as file:
                    file.write(CODE if name.endswith(".py") else f"import os; {CODE.splitlines()[0]}\n")
            except OSError:
                continue
    print("contained")
else:
    left = [path for place in [*PLACES[:5], USER] for path in glob.glob(f"{place}/*customize.py")]
    left += glob.glob("/tmp/ran-*") + [path for path in sys.path if path.startswith("/work/.local")]
    print(f"BREACH: {left}" if left else "contained")
