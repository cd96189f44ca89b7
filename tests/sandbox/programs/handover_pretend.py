# tries: play the worker to an interpreter that waits, and pretend to be released
# must: reach nothing but a child of its own, which is as walled in as it is
import os
import subprocess
import sys

here, says = os.pipe()
go, gives = os.pipe()
for number, target in ((go, 98), (says, 99)):
    os.dup2(number, target)
    os.close(number)
with open("child.py", "w") as file:
    file.write("import os, sys; print(os.getuid(), sys.argv[1:], 'PYTHONPATH' in os.environ)\n")
child = subprocess.Popen(
    [sys.executable, "child.py"], pass_fds=(98, 99), env={"PYTHONPATH": "/etc/language"}, stdout=subprocess.PIPE
)
os.close(98)
os.close(99)
told = os.read(here, 1)
os.write(gives, b"1\0argument\0PYTHONPATH\0")
os.close(gives)
said = child.communicate(timeout=5)[0]
expected = f"{os.getuid()} ['argument'] False\n".encode()
print("contained" if (told, said) == (b"\0", expected) else f"BREACH: {told!r} {said!r}")
