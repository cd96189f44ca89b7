# tries: go around the routes of semitrusted mode by naming the interface, and use the name server's address for more
# must: reach nothing near: neither by TCP nor by UDP
# network: semitrusted
# backends: namespaces
# because: in the task backend that's the security group's work
import os
import socket
import struct

SO_BINDTODEVICE, IP_PKTINFO = 25, 8
ports = (int(os.environ["CANARY_PORT"]), 80, 53)
near = (
    "10.0.2.2",
    "10.0.2.3",
    "10.0.2.100",
    "169.254.169.254",
    "169.254.170.2",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.0.1",
)
device = b"tap0"
index = socket.if_nametoindex("tap0")
got = []
for address in near:
    for port in ports:
        if (address, port) == ("10.0.2.3", 53):
            continue
        with socket.socket() as tcp:
            tcp.settimeout(0.3)
            tcp.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, device)
            if tcp.connect_ex((address, port)) == 0:
                got.append(f"tcp {address}:{port}")
        with socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.settimeout(0.1)
            where = [(socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=iII", index, 0, 0))]
            try:
                udp.sendmsg([b"x"], where, 0, (address, port))
                udp.recv(64)
                got.append(f"udp {address}:{port}")
            except OSError:
                continue
print(f"BREACH: {got}" if got else "contained")
