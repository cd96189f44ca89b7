"""A connection to a host that a customer named: only to an address that may be, and never for longer than allowed."""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlsplit

from functions.core.addresses import may_connect
from functions.core.webhooks import WebhookRules

ADDRESSES: Final = 4  # of a host, that are tried one after another
CHUNK_BYTES: Final = 16_384
PORTS: Final = {"http": 80, "https": 443}

Address = tuple[Any, ...]  # of a socket, as getaddrinfo returns it


class RefusedError(Exception):
    """The receiver's address is none that may be connected to, or its URL none that may be called."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When all of it has to be over."""

    at: float  # of time.monotonic

    @classmethod
    def after(cls, seconds: float) -> Self:
        """Return the deadline that is so far away."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds that are left. Raises TimeoutError when there are none."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL says of where to send a request."""

    secure: bool
    host: str
    port: int
    authority: str  # for the Host header
    path: str

    @classmethod
    def of(cls, url: str, rules: WebhookRules) -> Self:
        """Read a URL. Raises RefusedError."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (rules.http and parts.scheme == "http"):
            message = "refused: webhooks go to https:// URLs only"
            raise RefusedError(message)
        query = f"?{parts.query}" if parts.query else ""
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.scheme == "https", parts.hostname or "", port, parts.netloc, (parts.path or "/") + query)


class Connection:
    """One connection. Its methods raise OSError, TimeoutError among them, and ssl.SSLError."""

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._socket = opened
        self._deadline = deadline

    @classmethod
    def open(cls, target: Target, rules: WebhookRules, deadline: Deadline, trust: ssl.SSLContext) -> Self:
        """Connect to a host, whose name is looked up this once: what was looked at is what is connected to.

        Raises RefusedError, too.
        """
        addresses = _lookup(target, deadline)
        for _, address in addresses:
            _check(address, rules)
        opened = _connect(addresses[:ADDRESSES], deadline)
        try:
            _check(opened.getpeername(), rules)
            if target.secure:
                opened.settimeout(deadline.left())
                opened = trust.wrap_socket(opened, server_hostname=target.host)
        except BaseException:
            opened.close()
            raise
        return cls(opened, deadline)

    def send(self, content: bytes) -> None:
        """Send all of it."""
        view = memoryview(content)
        while view:
            self._socket.settimeout(self._deadline.left())
            view = view[self._socket.send(view[:CHUNK_BYTES]) :]

    def receive(self) -> bytes:
        """Return what has come; empty at the end."""
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv(CHUNK_BYTES)

    def hurry(self, seconds: float) -> None:
        """Have it all be over so soon, if it isn't to be sooner."""
        self._deadline = Deadline(min(self._deadline.at, Deadline.after(seconds).at))

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self._socket.close()


def _lookup(target: Target, deadline: Deadline) -> list[tuple[int, Address]]:
    """Return a host's addresses, each with its family. The system's resolver knows no deadline, so a thread asks."""
    answers: queue.SimpleQueue[list[tuple[int, Address]] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            answers.put([(int(family), address) for family, _, _, _, address in found])
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, name="lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _check(address: Address, rules: WebhookRules) -> None:
    """Raise RefusedError for an address that mustn't be connected to."""
    if not may_connect(str(address[0]), private=rules.private):
        message = "refused: the host's address isn't one that the internet leads to"
        raise RefusedError(message)
    if not rules.private and _is_own(address):
        message = "refused: the host's address is this service's own"
        raise RefusedError(message)


def _is_own(address: Address) -> bool:
    """Whether an address is this machine's, whose firewall is no wall from here. Nothing is sent."""
    family = socket.AF_INET6 if ":" in str(address[0]) else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(address)
        except OSError:
            return False  # nothing leads there, as the connection will find
        return bool(probe.getsockname()[0] == address[0])


def _connect(addresses: list[tuple[int, Address]], deadline: Deadline) -> socket.socket:
    """Connect to the first of these addresses that takes it. Raises OSError of the last."""
    failure = OSError("the host has no address")
    for place, (family, address) in enumerate(addresses):
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.settimeout(deadline.left() / (len(addresses) - place))
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        else:
            return opened
    raise failure
