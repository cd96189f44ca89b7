# tries: start more threads than the limit
# must: get no more (a few of the sandbox's own count too)
# limits: processes=32
import os
import threading

stop = threading.Event()
count = 0
try:
    while count < 300:
        threading.Thread(target=stop.wait, daemon=True).start()
        count += 1
except RuntimeError:
    pass
print(f"BREACH: {count} threads" if count > 40 else "contained", flush=True)
os._exit(0)
