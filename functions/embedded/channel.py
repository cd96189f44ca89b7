"""Channel: one end of the socket between the service and a worker. What passes is data: a JSON head, and bytes.

The socket keeps packets whole. A body that is too big for a packet goes as a file in memory that the packet carries,
sealed by its sender, so its receiver reads what was sent and nothing else.
"""

from __future__ import annotations

import array
import fcntl
import json
import mmap
import os
import select
import socket
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

INLINE_BYTES: Final = 32 * 1024  # of a body; bigger ones go as a file in memory
HEAD_BYTES: Final = 64 * 1024
PACKET_BYTES: Final = 4 + HEAD_BYTES + INLINE_BYTES
MAX_FILE_BYTES: Final = 64 * 1024 * 1024
DESCRIPTORS: Final = 1

_SEALS: Final = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL


class ChannelClosedError(Exception):
    """The other end is gone."""


class MalformedError(Exception):
    """What came isn't a packet of this channel."""


class Packet(NamedTuple):
    """What was sent: the head's fields, and the body's bytes."""

    head: dict[str, Any]
    body: bytes


class Channel:
    """Sends and receives packets. Several threads may send; one receives."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def fileno(self) -> int:
        """Return the descriptor that is readable when a packet is there, or the other end is gone."""
        return self._socket.fileno()

    def send(self, head: Mapping[str, Any], body: bytes = b"", *, wait: bool = True) -> None:
        """Send one packet. Raises ChannelClosedError; without `wait` also where the other end doesn't read."""
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > HEAD_BYTES:
            message = f"a head of {len(text)} bytes"
            raise MalformedError(message)
        flags = socket.MSG_NOSIGNAL | (0 if wait else socket.MSG_DONTWAIT)
        parts: list[bytes] = [len(text).to_bytes(4), text]
        try:
            if len(body) <= INLINE_BYTES:
                self._socket.sendmsg([*parts, body], [], flags)
            else:
                self._send_with_file(parts, body, flags)
        except OSError as error:
            raise ChannelClosedError(str(error)) from error

    def _send_with_file(self, parts: Sequence[bytes], body: bytes, flags: int) -> None:
        descriptor = os.memfd_create("body", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(descriptor, len(body))
            with mmap.mmap(descriptor, len(body)) as memory:
                memory[:] = body
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))
            self._socket.sendmsg(parts, [rights], flags)
        finally:
            os.close(descriptor)

    def receive(self, seconds: float | None = None) -> Packet | None:
        """Wait for a packet, at most so long; None when there was none. Raises ChannelClosedError, MalformedError."""
        if seconds is not None and not _readable(self._socket, seconds):
            return None
        try:
            data, descriptors, flags, _ = socket.recv_fds(self._socket, PACKET_BYTES, DESCRIPTORS)
        except OSError as error:
            raise ChannelClosedError(str(error)) from error
        try:
            return _packet(data, descriptors, flags)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def shut(self) -> None:
        """Tell the other end that nothing more comes; what it sends can still be received."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:  # it is gone
            return

    def close(self) -> None:
        """Close this end."""
        self._socket.close()


def pair() -> tuple[socket.socket, socket.socket]:
    """Return the two ends of a new channel's socket."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _readable(connection: socket.socket, seconds: float) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(max(seconds, 0) * 1000))


def _packet(data: bytes, descriptors: Sequence[int], flags: int) -> Packet:
    if not data and not descriptors:
        message = "the other end is gone"
        raise ChannelClosedError(message)
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        message = "a packet that is too big"
        raise MalformedError(message)
    size = int.from_bytes(data[:4])
    try:
        head = json.loads(data[4 : 4 + size])
    except ValueError as error:
        message = "a head that isn't JSON"
        raise MalformedError(message) from error
    if not isinstance(head, dict):
        message = "a head that isn't an object"
        raise MalformedError(message)
    return Packet(head, _content(descriptors[0]) if descriptors else data[4 + size :])


def _content(descriptor: int) -> bytes:
    """Return what a file in memory holds. Raises MalformedError for one that its sender can still change."""
    try:
        seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
    except OSError:
        seals = 0
    size = os.fstat(descriptor).st_size
    if seals & _SEALS != _SEALS or size > MAX_FILE_BYTES:
        message = "a body that isn't a sealed file in memory, or is too big"
        raise MalformedError(message)
    return os.pread(descriptor, size, 0)
