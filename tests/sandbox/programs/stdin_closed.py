# tries: close the input pipe early, while it's being written
# must: not break the supervisor
# stdin: 1048576
import os
import time

os.read(0, 1)
os.close(0)
time.sleep(0.1)
print("contained")
