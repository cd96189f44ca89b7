# tries: reach a service on the loopback of the machine that the supervisor lives on, by every spelling
# must: not reach it
import os
import socket

port = int(os.environ["CANARY_PORT"])
got = []
for family, address in (
    (socket.AF_INET, "127.0.0.1"),
    (socket.AF_INET, "127.1.2.3"),
    (socket.AF_INET, "0.0.0.0"),
    (socket.AF_INET6, "::1"),
    (socket.AF_INET6, "::ffff:127.0.0.1"),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(2)
            s.connect((address, port))
            got.append(address)
    except OSError:
        continue
print(f"BREACH: {got}" if got else "contained")
