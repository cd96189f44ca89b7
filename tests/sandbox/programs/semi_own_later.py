# tries: reach in semitrusted mode an address that becomes the machine's own while the program runs
# must: reach it not once the machine has it
# network: semitrusted
# backends: namespaces
# because: in the task backend the machine is a microVM of the job's own, and what listens there is the job's
import os
import socket
import time

port = int(os.environ["CANARY_PORT"])


def reaches(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=0.5) as s:
            return bool(s.recv(64))
    except OSError:
        return False


got = [] if reaches("203.0.113.254", 8124) else ["the machine didn't get it"]
time.sleep(0.5)
got += [address for address in ("203.0.113.77", "2001:db8::77") if reaches(address, port)]
got += [] if reaches("203.0.113.254", port) else ["no neighbour"]
print(f"BREACH: {got}" if got else "contained")
