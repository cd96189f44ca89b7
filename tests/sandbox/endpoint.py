"""What a hostile program would like to reach: a credentials endpoint, a name server, a machine's services.

They listen on every address of two network namespaces of the harness's own, which a line connects: one has the
machine's addresses, the other the internet's, which are documentation addresses. So a program that gets out finds an
answer, and no packet leaves the machine.
"""

from __future__ import annotations

import os
import socket
import socketserver
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Final

from runtime_images.worker.sandbox import linux

CLONE_NEWNET: Final = 0x40000000
PORT: Final = 8123
TCP_PORTS: Final = (PORT, 80, 53, 8080, 51679)
ABSTRACT: Final = "canary-service"
ADDRESSES: Final = (  # the machine's
    "203.0.113.1/24",  # a public one
    *("10.1.2.3/32", "172.16.0.1/32", "192.168.0.1/32"),  # private ones, which semitrusted programs mustn't reach
    *("169.254.169.254/32", "169.254.170.2/32", "169.254.169.253/32"),
    "2001:db8::1/64",
)
INTERNET: Final = (
    *("192.0.2.1/24", "192.0.2.53/24", "198.51.100.1/24", "198.51.100.53/24", "203.0.113.254/24"),
    "2001:db8::2/64",
)
LATER: Final = ("203.0.113.77/32", "2001:db8::77/128")  # the machine's from when somebody asks for LATER_PORT
LATER_PORT: Final = 8124  # of the internet
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
    """Give this (fresh) network namespace its addresses, and an internet. Needs CAP_NET_ADMIN in it."""
    ip("link set lo up", "link add canary0 type veth peer name canary1", "link set canary0 up")
    ready = threading.Event()
    threading.Thread(target=_be_the_internet, args=(ready,), daemon=True).start()
    ready.wait()
    ip(*(f"address add {address} dev canary0 {'nodad' if ':' in address else ''}" for address in ADDRESSES))
    ip(*(f"route add {network} via 203.0.113.254" for network in ("192.0.2.0/24", "198.51.100.0/24")))


def ip(*commands: str) -> None:
    """Run ip(8) in this thread's network namespace."""
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)


def _be_the_internet(ready: threading.Event) -> None:
    """Have this thread, and those that it starts, live at the other end of the machine's line, and answer there."""
    machine = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)  # the process's; a thread's may be another
    linux.unshare(CLONE_NEWNET)
    enter = ("nsenter", f"--net=/proc/self/fd/{machine}", "--")
    move = ("ip", "link", "set", "canary1", "netns", str(threading.get_native_id()))
    subprocess.run([*enter, *move], check=True, pass_fds=(machine,))
    ip("link set lo up", "link set canary1 up")
    ip(*(f"address add {address} dev canary1 {'nodad' if ':' in address else ''}" for address in INTERNET))

    class Later(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            """Give the machine more addresses, and say so."""
            for address in LATER:
                add = ("ip", "address", "replace", address, "dev", "canary0")
                subprocess.run([*enter, *add], check=True, pass_fds=(machine,))
            self.request.sendall(b"later")

    _serve(_Server(("::", LATER_PORT), Later))
    _answer_everywhere()
    ready.set()


def be_the_name_server() -> None:
    """Have this (fresh) mount namespace's programs ask the server on loopback, as many a machine's do."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as settings:
        settings.write("nameserver 127.0.0.1\n")
        settings.flush()
        Path(settings.name).chmod(0o644)
        subprocess.run(["mount", "--bind", settings.name, "/etc/resolv.conf"], check=True)


def listen(*, abstract: bool) -> None:
    """Answer from now on, in threads of this process."""
    _answer_everywhere()
    if abstract:
        service = socket.socket(socket.AF_UNIX)
        service.bind(f"\0{ABSTRACT}")
        service.listen()
        threading.Thread(target=service.accept, daemon=True).start()


def _answer_everywhere() -> None:
    """Answer on every address of this thread's network namespace."""
    for port in TCP_PORTS:
        _serve(_Server(("::", port), _Answer))
    _serve(socketserver.ThreadingUDPServer(("0.0.0.0", 53), _Dns))  # noqa: S104
    _serve(socketserver.ThreadingUDPServer(("0.0.0.0", PORT), _Dns))  # noqa: S104


def _serve(server: socketserver.BaseServer) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()
