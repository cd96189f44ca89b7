# tries: flood both streams at once from many threads, for ever
# must: time out, with both streams cut
# timeout: 1
# expect-end: timeout
# expect-exit: -1
# expect-stdout: any
# expect-truncated: stdout stderr
# rss: 24
import os
import threading


def flood(fd: int) -> None:
    block = b"\0\xff" * 32768
    while True:
        os.write(fd, block)


threads = [threading.Thread(target=flood, args=(fd,)) for fd in (1, 2, 1, 2)]
for thread in threads:
    thread.start()
