import os
import signal
import subprocess
import sys

print(subprocess.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]).returncode)
try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt as interrupt:
    print(repr(interrupt), interrupt.__traceback__.tb_next)
signal.signal(signal.SIGALRM, lambda number, frame: print("alarm", number, frame.f_code.co_name))
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.pause()
try:
    os.write(os.pipe()[1], b"")
    reading, writing = os.pipe()
    os.close(reading)
    os.write(writing, b"x")
except BrokenPipeError as error:
    print(error)
os.kill(os.getpid(), signal.SIGTERM)
