# tries: put links in place of folders on the way to an artifact
# must: get nothing through them
# expect-artifacts: plain
import os

os.makedirs("/tmp/artifacts", exist_ok=True)
os.symlink("/etc", "/tmp/artifacts/folder")
os.symlink("/proc/self/root/etc", "/tmp/artifacts/deeper")
os.symlink("/", "/tmp/artifacts/all")
with open("/tmp/artifacts/plain", "w") as f:
    f.write("data")
print("contained")
