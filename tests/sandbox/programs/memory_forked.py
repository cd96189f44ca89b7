# tries: nothing bad: six children that only read their parent's 60 MiB, under a limit of 128 MiB
# must: be let, for pages that processes share are there once
# limits: memory_mb=128
import os
import time

data = bytearray(60 << 20)
children = []
for _ in range(6):
    if not (pid := os.fork()):
        total = sum(memoryview(data)[:: 1 << 12])
        time.sleep(0.5)
        os._exit(total)
    children.append(pid)
codes = {os.waitpid(pid, 0)[1] for pid in children}
print("contained" if codes == {0} else f"BREACH: {codes}")
