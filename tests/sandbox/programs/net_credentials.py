# tries: read the task's credentials at 169.254.170.2
# must: not connect
import os
import socket

got = []
for port in (80, 51679, int(os.environ["CANARY_PORT"])):
    try:
        with socket.create_connection(("169.254.170.2", port), timeout=2) as s:
            s.sendall(b"GET /v2/credentials/ HTTP/1.0\r\n\r\n")
            got.append(s.recv(4096))
    except OSError:
        continue
print(f"BREACH: {got}" if got else "contained")
