# tries: ask a name server in semitrusted mode, lest names be of no use there
# must: be answered by the machine's own (here one that sends every question back)
# network: semitrusted
# backends: namespaces
# because: in the task backend it is the container's own name server, not the sandbox's work
import re
import socket
from pathlib import Path

[server] = re.findall(r"^nameserver (\S+)$", Path("/etc/resolv.conf").read_text(), re.MULTILINE)
question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x00\x00\x01\x00\x01"
with socket.socket(type=socket.SOCK_DGRAM) as s:
    s.settimeout(3)
    s.sendto(question, (server, 53))
    print("contained" if s.recv(512) == question else "BREACH: another answer")
