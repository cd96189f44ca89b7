# tries: hold the output pipes by a hundred duplicates, and pass them to children that live on
# must: end when the program ends
import os
import time

for i in range(100):
    os.dup2(1 + i % 2, 10 + i)
for _ in range(5):
    if os.fork() == 0:
        time.sleep(1000)
print("contained", flush=True)
os._exit(0)
