import ctypes
import os
import subprocess
import sys

libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
of_c = []
while environ[len(of_c)]:
    of_c.append(environ[len(of_c)])
print(sorted(os.environ.items()))
print(sorted(of_c), libc.getenv(b"GREETING"), libc.getenv(b"EMPTY"), libc.getenv(b"PYTHONPATH"))
print(sorted(subprocess.run(["env"], capture_output=True).stdout.splitlines()))
code = "import sys, os; print(sys.argv, sys.path, sorted(os.environ.items()), sorted(sys.modules))"
print(subprocess.run([sys.executable, "-c", code, "argument"], capture_output=True, text=True))
os.environ["NEW"] = "new"
print(libc.getenv(b"NEW"), os.system('test "$NEW" = new'))
