"""What an ordinary customer runs next: files, threads, children, a pool, an input file, an artifact."""

import multiprocessing
import os
import subprocess
import tempfile
import threading

with tempfile.NamedTemporaryFile() as f, open("left", "x") as g, open("/tmp/artifacts/answer", "x") as h:
    f.write(b"x" * 4096)
    g.write("x")
    h.write("42")
thread = threading.Thread(target=print, args=("thread",), kwargs={"flush": True})
thread.start()
thread.join()
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(sum(pool.map(abs, [-1, -2, -3])))
with open("/tmp/input/data") as f:
    print(sorted(os.listdir("/tmp/input")), f.read(), sorted(os.listdir(".")))
