# tries: make a setuid copy of a shell, and hand it over to root
# must: neither chown it nor gain anything from it
import contextlib
import os
import shutil
import subprocess

got = []
shutil.copy("/bin/bash", "rootshell")
os.chmod("rootshell", 0o6755)
for owner in (0, 1, 65534):
    if owner != os.getuid():
        with contextlib.suppress(OSError):
            os.chown("rootshell", owner, owner)
            got.append(f"chown to {owner}")
who = subprocess.run(["./rootshell", "-p", "-c", "id -u"], capture_output=True, text=True).stdout.strip()
if who not in ("", str(os.getuid())):
    got.append(f"became {who}")
print(f"BREACH: {got}" if got else "contained")
