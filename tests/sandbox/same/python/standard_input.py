import os
import sys

print(os.lseek(0, 0, os.SEEK_CUR), os.fstat(0).st_size, repr(sys.stdin.readline()), sys.stdin.buffer.tell())
for line in sys.stdin:
    print(repr(line))
print(repr(sys.stdin.read()), os.lseek(0, 0, os.SEEK_CUR))
os.lseek(0, 3, os.SEEK_SET)
print(os.read(0, 5))
