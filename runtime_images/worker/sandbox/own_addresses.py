"""Which IPv4 addresses are this machine's own, as its kernel says it (rtnetlink(7)), and when they change."""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Network, collapse_addresses
from typing import Final

from aws_lambda_powertools import Logger

logger = Logger(service="worker")

ADDRESSES_CHANGED: Final = 0x10  # RTMGRP_IPV4_IFADDR
ROUTES_CHANGED: Final = 0x40  # RTMGRP_IPV4_ROUTE
GET_ADDRESSES: Final = 22  # RTM_GETADDR
GET_ROUTES: Final = 26  # RTM_GETROUTE
NEW_ADDRESS: Final = 20
NEW_ROUTE: Final = 24
ERROR: Final = 2
DONE: Final = 3
ASK_FOR_ALL: Final = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
CHANGED_MEANWHILE: Final = 0x10  # NLM_F_DUMP_INTR
LOCAL_TABLE: Final = 255
OURS: Final = (2, 3, 4)  # of a route's types: local, broadcast, anycast
DESTINATION: Final = 1  # attribute of a route
ADDRESS, LOCAL = 1, 2  # attributes of an address; the second is the machine's own end of a line to one other

HEADER: Final = struct.Struct("=IHHII")  # length, type, flags, sequence, port
ROUTE: Final = struct.Struct(
    "=BBBBBBBBI"
)  # family, prefix, source's prefix, tos, table, protocol, scope, type, flags
INTERFACE_ADDRESS: Final = struct.Struct("=BBBBI")  # family, prefix, flags, scope, interface
RECEIVE_BYTES: Final = 1 << 16
TRIES: Final = 1000

Message = tuple[int, int, bytes]  # type, flags, payload


class Changes:
    """Tells that the addresses may have changed: its descriptor is readable then."""

    def __init__(self) -> None:
        """Listen from now on. Raises OSError."""
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.bind((0, ADDRESSES_CHANGED | ROUTES_CHANGED))

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._socket.fileno()

    def forget(self) -> None:
        """Take all that was told until now. Raises OSError."""
        while True:
            try:
                self._socket.recv(RECEIVE_BYTES, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:  # more was told than there was room for: still, there were changes
                    raise

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


class Follower:
    """A thread that tells of the machine's addresses as they change, until it is closed."""

    def __init__(
        self,
        changes: Changes,
        known: Sequence[IPv4Network],
        tell: Callable[[Sequence[IPv4Network]], None],
        fail: Callable[[], None],
    ) -> None:
        """Begin. `changes` has been listened to since before `known` were the addresses.

        `fail` is called, in the thread, and nothing after it, where they can't be known any more or `tell` raises.
        """
        self._changes = changes
        self._known = list(known)
        self._tell = tell
        self._fail = fail
        self._over = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._follow, name="addresses", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        os.eventfd_write(self._over, 1)
        self._thread.join()
        os.close(self._over)

    def _follow(self) -> None:
        try:
            while self._changed():
                now = own_networks()
                if now != self._known:
                    self._tell(now)
                    self._known = now
        except Exception:  # whatever it is, nobody knows the addresses now
            logger.exception("the machine's addresses can't be followed: a program loses its network")
            self._fail()

    def _changed(self) -> bool:
        """Wait for a change; False when it is over."""
        poll = select.poll()
        poll.register(self._changes, select.POLLIN)
        poll.register(self._over, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll()]
        self._changes.forget()
        return self._over not in ready


def own_networks() -> list[IPv4Network]:
    """Return the addresses that lead to this machine itself, as few networks. Raises OSError."""
    return list(collapse_addresses([*_of_interfaces(), *_of_routes()]))


def _of_interfaces() -> Iterator[IPv4Network]:
    for payload in _ask(GET_ADDRESSES, NEW_ADDRESS, INTERFACE_ADDRESS.pack(socket.AF_INET, 0, 0, 0, 0)):
        attributes = _attributes(payload[INTERFACE_ADDRESS.size :])
        if address := attributes.get(LOCAL, attributes.get(ADDRESS)):
            yield IPv4Network(address)


def _of_routes() -> Iterator[IPv4Network]:
    """Yield what the kernel takes in as its own: also ranges that were given to it as a whole, and broadcasts."""
    for payload in _ask(GET_ROUTES, NEW_ROUTE, ROUTE.pack(socket.AF_INET, 0, 0, 0, LOCAL_TABLE, 0, 0, 0, 0)):
        _, prefix, _, _, table, _, _, kind, _ = ROUTE.unpack_from(payload)
        destination = _attributes(payload[ROUTE.size :]).get(DESTINATION, bytes(4))
        if table == LOCAL_TABLE and kind in OURS:
            yield IPv4Network((destination, prefix))


def _ask(question: int, answer: int, body: bytes) -> list[bytes]:
    """Return the payloads of a list that the kernel keeps, once it hasn't changed while it was read."""
    for _ in range(TRIES):
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as line:
            line.send(HEADER.pack(HEADER.size + len(body), question, ASK_FOR_ALL, 1, 0) + body)
            messages = list(_received(line))
        if not any(flags & CHANGED_MEANWHILE for _, flags, _ in messages):
            return [payload for kind, _, payload in messages if kind == answer]
    message = "the kernel's list of addresses or routes doesn't stay the same for long enough to be read"
    raise OSError(message)


def _received(line: socket.socket) -> Iterator[Message]:
    """Yield what the kernel sends until it says that this was all. Raises OSError."""
    while True:
        data = line.recv(RECEIVE_BYTES)
        at = 0
        while at < len(data):
            size, kind, flags, _, _ = HEADER.unpack_from(data, at)
            payload = data[at + HEADER.size : at + size]
            if kind == ERROR:
                number = -struct.unpack_from("=i", payload)[0]
                raise OSError(number, os.strerror(number))
            yield kind, flags, payload
            if kind == DONE:
                return
            at += _aligned(size)


def _attributes(data: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        found[kind] = data[at + 4 : at + size]
        at += max(_aligned(size), 4)
    return found


def _aligned(size: int) -> int:
    return (size + 3) & ~3
