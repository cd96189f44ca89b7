# tries: leave a process that reads the next job's files and environment, and writes where it looks
# must: be dead before the next job begins
# again: next job
# expect-artifacts: any
import os
import sys
import time

if sys.argv[1] == "first":
    if os.fork() == 0:
        os.setsid()
        while True:
            for folder in ("/tmp/artifacts", "/tmp", "/dev/shm", os.environ["HOME"]):
                try:
                    os.makedirs(folder, exist_ok=True)
                    with open(f"{folder}/from-the-last-job", "w") as f:
                        f.write(str(os.listdir("/proc")))
                except OSError:
                    continue
            time.sleep(0.001)
    time.sleep(0.05)
    print("contained", flush=True)
    os._exit(0)
time.sleep(0.2)
places = ("/tmp/artifacts", "/tmp", "/dev/shm", os.environ["HOME"])
found = [p for p in places if os.path.exists(f"{p}/from-the-last-job")]
strangers = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            words = f.read().split(b"\0")
    except OSError:
        continue
    if b"first" in words and words[0].endswith(b"python3"):
        strangers.append(pid)
print(f"BREACH: {found} {strangers}" if found or strangers else "contained")
