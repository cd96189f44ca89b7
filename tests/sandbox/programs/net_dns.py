# tries: resolve a name, by the resolver and by asking the usual addresses of name servers
# must: get no answer, soon
import socket
import time

start = time.monotonic()
answers = []
try:
    answers += [str(a[4][0]) for a in socket.getaddrinfo("canary.example.test", 80)]
except OSError:
    pass
query = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\6canary\7example\4test\0\0\1\0\1"
for server in ("169.254.169.253", "169.254.170.2", "127.0.0.1", "127.0.0.53", "192.0.2.53"):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(0.3)
            s.sendto(query, (server, 53))
            answers.append(f"{server}: {s.recv(512)!r}")
    except OSError:
        continue
if time.monotonic() - start > 5:
    answers.append("waited, so something was sent")
print(f"BREACH: {answers}" if answers else "contained")
