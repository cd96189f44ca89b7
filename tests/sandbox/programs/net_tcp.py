# tries: open TCP connections to documentation addresses, IPv4 and IPv6
# must: fail at once, not after a wait
import socket
import time

reached = []
for family, address in (
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET, "198.51.100.1"),
    (socket.AF_INET, "203.0.113.1"),
    (socket.AF_INET6, "2001:db8::1"),
):
    start = time.monotonic()
    try:
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(2)
            s.connect((address, 80))
        reached.append(address)
    except OSError:
        if time.monotonic() - start > 1:
            reached.append(f"{address} (packets left: no answer came)")
print(f"BREACH: reached {reached}" if reached else "contained")
