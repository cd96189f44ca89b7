# tries: leave a mark on the working folder itself: extended attributes, access lists, mode, group
# must: be gone for the next job, which finds its folder as every job does
# again: next job
import contextlib
import os
import sys

home = os.environ["HOME"]
if sys.argv[1] == "first":
    for folder in (home, "/tmp", "/tmp/input"):
        with contextlib.suppress(OSError):
            os.setxattr(folder, "user.left", b"by the last job")
    os.chmod(home, 0o7777)
    print("contained")
else:
    left = [folder for folder in (home, "/tmp", "/tmp/input") if "user.left" in os.listxattr(folder)]
    mode = oct(os.stat(home).st_mode & 0o7777)
    print(f"BREACH: {left} {mode}" if left or mode != "0o700" else "contained")
