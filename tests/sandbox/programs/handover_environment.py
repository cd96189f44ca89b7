# tries: have its variables steer the interpreter before it is there, by names that the hand-over is made of
# must: get its variables as they are, and nothing else
# env: 3=number
# env: _=underscore
# env: NEW=a=b=c
# env: EMPTY=
# args: PATH=/tmp -c 0 =
import ctypes
import os
import sys

getenv = ctypes.CDLL(None).getenv
getenv.restype = ctypes.c_char_p
wanted = {"_": "underscore", "NEW": "a=b=c", "EMPTY": "", "PATH": "/usr/local/bin:/usr/bin:/bin", "3": "number"}
wrong: dict[str, object] = {
    name: os.environ.get(name) for name, value in wanted.items() if os.environ.get(name) != value
}
wrong |= {
    f"C's {name}": getenv(name.encode()) for name, value in wanted.items() if getenv(name.encode()) != value.encode()
}
if sys.argv[1:] != ["PATH=/tmp", "-c", "0", "="] or "PYTHONPATH" in os.environ:
    wrong["arguments"] = sys.argv
print(f"BREACH: {wrong}" if wrong else "contained")
