import sys

for line in sys.stdin:
    print("got", line.rstrip("\n"))
