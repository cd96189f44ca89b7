# tries: open more files than the limit
# must: be told there are no more
# limits: open_files=64
import os

opened = 0
try:
    while opened < 1000:
        os.open("/dev/null", os.O_RDONLY)
        opened += 1
except OSError:
    pass
print(f"BREACH: {opened} open" if opened >= 64 else "contained")
