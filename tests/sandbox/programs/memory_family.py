# tries: share a memory bomb among children, each under the limit
# must: be killed for the sum
# limits: memory_mb=96
# expect-end: memory
# expect-exit: any
# expect-stdout: nothing
import os
import time

for _ in range(12):
    if os.fork() == 0:
        block = bytearray(b"x") * (24 << 20)
        time.sleep(60)
        os._exit(len(block) & 1)
    time.sleep(0.02)
time.sleep(2)
print("BREACH: 288 MiB together")
