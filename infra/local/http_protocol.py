"""HTTP as uvicorn speaks it, with a limit to all that a client may take: connections, time, and the head's size.

What can't be read as HTTP, or takes too much, is answered in the API's one error shape, and the connection ends.
"""

from __future__ import annotations

import socket
from asyncio import TimerHandle, Transport
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from functions.api import errors, request_id
from infra.local.connections import Connections

UNREADABLE: Final = "The request can't be read as HTTP/1.1: look at its method, its path and its headers."
TOO_LARGE: Final = "The request's head is larger than 64 KiB."
TOO_SLOW: Final = "The request didn't come in time."
TOO_MANY: Final = "There are too many connections; try again in a few seconds."

HEAD_BYTES: Final = 64 * 1024
HEAD_SECONDS: Final = 15.0  # for a request's head to come, since the connection or the head has begun
BODY_SECONDS: Final = 15.0  # for its body, and
BODY_PACE: Final = 64 * 1024  # for each so many bytes a second more
UNDECLARED_BYTES: Final = 16 * 1024 * 1024  # of a body that doesn't say how long it is
WRITE_BYTES: Final = 16 * 1024  # of an answer that is streamed, that wait here or in the kernel for who doesn't read
STALL_SECONDS: Final = 60.0  # that a client may leave all that waits for him


class Protocol(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(self, *arguments: Any, open_connections: Connections, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._open = open_connections
        self._timer: TimerHandle | None = None
        self._stall: TimerHandle | None = None  # runs while a client has much to read
        self._in_head = True
        self._head_bytes = 0  # at least
        self.address = ""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin to wait for the first request, if there is room."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=WRITE_BYTES)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, WRITE_BYTES)
        self.address = self.client[0] if self.client else ""
        if self._open.enter(self):
            self._expect(HEAD_SECONDS)
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "service_unavailable", TOO_MANY)

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room."""
        self._open.leave(self)
        self._expect(None)
        self._read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait until the client has read most of what was written; one who reads nothing is let go."""
        super().pause_writing()
        self._watch(0)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        self._read()
        super().resume_writing()

    def _watch(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left == before:
            self.transport.abort()
        else:
            self._stall = self.loop.call_later(STALL_SECONDS, self._watch, left)

    def _read(self) -> None:
        if self._stall:
            self._stall.cancel()
        self._stall = None

    def give_way(self) -> None:
        """End, for another connection that came."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read some more."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Expect the rest of a head."""
        super().on_message_begin()
        if not self._in_head:
            self._in_head = True
            self._head_bytes = 0
            self._expect(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """Begin with the request, if its head isn't too large, and expect its body."""
        self._in_head = False
        self._open.works(self)
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            self._refuse_head()
            return
        super().on_headers_complete()
        self._expect(BODY_SECONDS + self._body_bytes() / BODY_PACE)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body, of a request that was begun."""
        if self.cycle and not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect nothing until the answer has been sent."""
        self._expect(None)
        if self.cycle and not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._open.waits(self)
        super().on_response_complete()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's closes the connection
        """Let a client that has ended its side, after whole requests, have its answers before the connection ends."""
        if self.cycle is None or self.cycle.more_body or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own text is for its log
        """Answer what isn't HTTP, and end the connection."""
        if not self.transport.is_closing():
            self._refuse(HTTPStatus.BAD_REQUEST, "bad_request", UNREADABLE)

    def _body_bytes(self) -> int:
        """Return how long the body says that it is, at most as long as any may be."""
        headers = dict(self.headers)
        if b"transfer-encoding" in headers:
            return UNDECLARED_BYTES
        declared = headers.get(b"content-length", b"0")
        return min(int(declared), UNDECLARED_BYTES) if declared.isdigit() else 0

    def _expect(self, seconds: float | None) -> None:
        """Have the client send what is due within so many seconds; None: nothing is due."""
        if self._timer:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        self._timer = None
        if self._in_head and not self._head_bytes:  # it was silent
            self.transport.close()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "request_timeout", TOO_SLOW)

    def _refuse_head(self) -> None:
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", TOO_LARGE)

    def _refuse(self, status: HTTPStatus, code: str, message: str) -> None:
        """Answer with an error, and end the connection; an answer that has begun is broken off."""
        if self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()
            return
        body = errors.encode({"error": code, "message": message}).encode()
        retry = "retry-after: 5\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
            f"x-request-id: {request_id.chosen(None)}\r\ncontent-length: {len(body)}\r\n{retry}"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
