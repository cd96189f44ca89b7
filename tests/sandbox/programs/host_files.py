# tries: read the machine's secrets: shadow, root's home, keys, container and service sockets, the canary
# must: read none
import glob
import os

tries = [
    os.environ["CANARY_FILE"],
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/shadow-",
    "/etc/sudoers",
    "/root/.bashrc",
    "/root/.ssh/id_rsa",
    "/root/.aws/credentials",
    "/proc/kcore",
    "/proc/kmsg",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/systemd/private",
    "/dev/mem",
    "/dev/kmsg",
    *glob.glob("/etc/ssh/ssh_host_*_key"),
    *glob.glob("/var/lib/private/*"),
    *glob.glob("/root/*"),
]
got = []
for path in tries:
    try:
        with open(path, "rb") as f:
            f.read(1)
        got.append(path)
    except OSError:
        continue
for folder in ("/root", "/lost+found"):
    if os.access(folder, os.R_OK) and os.listdir(folder):
        got.append(folder)
print(f"BREACH: {got}" if got else "contained")
