# tries: read a job's hand-over once more, answer it a second time, or keep its pipes open
# must: find no pipe but its own output, whatever the number
import fcntl
import os

found: list[object] = []
for number in range(3, 1024):
    try:
        fcntl.fcntl(number, fcntl.F_GETFD)
        found.append(number)
    except OSError:
        continue
for number in (98, 99):
    try:
        os.write(number, b"\0")
        found.append(f"wrote to {number}")
    except OSError:
        pass
    try:
        found.append(os.read(number, 100))
    except OSError:
        continue
print(f"BREACH: {found}" if found else "contained")
