# tries: reach in semitrusted mode what listens on all addresses, by the public address that is the machine's own
# must: reach it neither by TCP nor by UDP nor in IPv6, though it does reach a neighbour of that address
# network: semitrusted
# backends: namespaces
# because: in the task backend the machine is a microVM of the job's own, and what listens there is the job's
import os
import socket

port = int(os.environ["CANARY_PORT"])


def reaches(address: str, kind: socket.SocketKind) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as s:
        s.settimeout(0.5)
        try:
            s.connect((address, port))
            s.send(b"x")
            return bool(s.recv(64))
        except OSError:
            return False


tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
own = ("203.0.113.1", "203.0.113.255", "::ffff:203.0.113.1", "2001:db8::1")
got = [f"{address} {kind.name}" for address in own for kind in (tcp, udp) if reaches(address, kind)]
got += [f"no {kind.name} of the neighbour's" for kind in (tcp, udp) if not reaches("203.0.113.254", kind)]
print(f"BREACH: {got}" if got else "contained")
