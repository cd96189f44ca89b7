import atexit
import sys
import threading
import traceback


def fails(depth):
    if depth:
        fails(depth - 1)
    raise ValueError("no frame but the program's")


atexit.register(print, "at exit")
thread = threading.Thread(target=fails, args=(1,))
thread.start()
thread.join()
try:
    fails(1)
except ValueError:
    traceback.print_exc()
print("".join(traceback.format_stack()))
sys.stdout.write("not ended by a line's end")
fails(2)
