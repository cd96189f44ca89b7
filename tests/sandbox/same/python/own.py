import hashlib
import os
import random
import uuid

print(hash("text"), random.random(), uuid.uuid4(), uuid.uuid1().time, id(object()), os.urandom(8).hex())
maps = [line.split()[0] for line in open("/proc/self/maps") if line.rstrip().endswith(("[heap]", "[stack]", "[vdso]")) or "libc" in line]
print(maps)
