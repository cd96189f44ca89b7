# tries: reach the machine itself in semitrusted mode: loopback, gateway, metadata, credentials
# must: reach none of them
# network: semitrusted
# backends: namespaces
# because: in the task backend that's the security group's work; 169.254.170.2 is why the task role can do nothing
import os
import socket

ports = (int(os.environ["CANARY_PORT"]), 80)
got = []
for address in (
    "127.0.0.1",
    "10.0.2.2",
    "10.0.2.3",
    "169.254.169.254",
    "169.254.170.2",
    "0.0.0.0",
    "::1",
    "fe80::2%2",
    "fd00::2",
):
    for port in ports:
        try:
            with socket.create_connection((address, port), timeout=1):
                got.append(f"{address}:{port}")
        except OSError:
            continue
print(f"BREACH: {got}" if got else "contained")
