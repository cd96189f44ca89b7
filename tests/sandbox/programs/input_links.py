# tries: use the input folder to reach outside, and to change what the supervisor wrote
# must: find plain files that are its own copy
# input: data=original
import os

got = [e.name for folder in ("/tmp/input", ".") for e in os.scandir(folder) if e.is_symlink()]
with open("/tmp/input/data") as f:
    if f.read() != "original":
        got.append("wrong content")
print(f"BREACH: {got}" if got else "contained")
