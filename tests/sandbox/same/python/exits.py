import atexit
import os
import sys
import threading

atexit.register(lambda: print("at exit, daemon left:", threading.active_count()))
threading.Thread(target=lambda: threading.Event().wait(), daemon=True).start()
if os.fork() == 0:
    sys.stdout.write("a child's")
    os._exit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]))
sys.exit("with a message")
