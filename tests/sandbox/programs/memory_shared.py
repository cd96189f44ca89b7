# tries: fill shared anonymous memory, which no data limit counts
# must: be killed for it
# limits: memory_mb=64
# expect-end: memory
# expect-exit: any
# expect-stdout: nothing
import mmap
import time

block = mmap.mmap(-1, 512 << 20)
for start in range(0, 512 << 20, 4 << 20):
    block[start : start + (4 << 20)] = b"x" * (4 << 20)
    time.sleep(0.004)
print("BREACH: 512 MiB")
