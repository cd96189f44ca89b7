"""What a hostile program would like to reach: a credentials endpoint, a name server, a machine's services.

They listen on every address of a network namespace of the harness's own, documentation addresses among them,
so that a program that gets out finds an answer, and no packet leaves the machine.
"""

from __future__ import annotations

import socket
import socketserver
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Final

PORT: Final = 8123
TCP_PORTS: Final = (PORT, 80, 53, 8080, 51679)
ABSTRACT: Final = "canary-service"
ADDRESSES: Final = (
    *("192.0.2.1/24", "192.0.2.53/24", "198.51.100.1/24", "198.51.100.53/24", "203.0.113.1/24"),
    *("10.1.2.3/32", "172.16.0.1/32", "192.168.0.1/32"),  # private ones, which semitrusted programs mustn't reach
    *("169.254.169.254/32", "169.254.170.2/32", "169.254.169.253/32"),
    "2001:db8::1/64",
)
SECRET: Final = b"HTTP/1.0 200 OK\r\n\r\n" + b'{"SecretAccessKey": "canary-%d"}' % 169


class _Answer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Give the secret to whoever connects."""
        self.request.sendall(SECRET)


class _Dns(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Send any query back as its own answer."""
        data, reply = self.request
        reply.sendto(data, self.client_address)


class _Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True


def lay_network() -> None:
    """Give this (fresh) network namespace its addresses. Needs CAP_NET_ADMIN in it."""
    commands = [
        "link set lo up",
        "link add canary0 type veth peer name canary1",
        "link set canary0 up",
        "link set canary1 up",
        *(f"address add {address} dev canary0 {'nodad' if ':' in address else ''}" for address in ADDRESSES),
    ]
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)


def be_the_name_server() -> None:
    """Have this (fresh) mount namespace's programs ask the server on loopback, as many a machine's do."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as settings:
        settings.write("nameserver 127.0.0.1\n")
        settings.flush()
        Path(settings.name).chmod(0o644)
        subprocess.run(["mount", "--bind", settings.name, "/etc/resolv.conf"], check=True)


def listen(*, abstract: bool) -> None:
    """Answer from now on, in threads of this process."""
    servers: list[socketserver.BaseServer] = [_Server(("::", port), _Answer) for port in TCP_PORTS]
    servers.append(socketserver.ThreadingUDPServer(("0.0.0.0", 53), _Dns))  # noqa: S104
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    if abstract:
        service = socket.socket(socket.AF_UNIX)
        service.bind(f"\0{ABSTRACT}")
        service.listen()
        threading.Thread(target=service.accept, daemon=True).start()
