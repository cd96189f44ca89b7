"""A webhook's receiver for tests: an HTTP server on loopback that answers, or misbehaves, as it is told."""

from __future__ import annotations

import contextlib
import http.server
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """Return the body, once Standard Webhooks' own library has verified it."""
        return Webhook(secret).verify(self.body, self.headers)


Handler = http.server.BaseHTTPRequestHandler
Behaviour = Callable[[Handler], None]  # what is done once a request has been read


def answer(status: int, **headers: str) -> Behaviour:
    """Answer with a status, and nothing else."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


@dataclass
class Receiver:
    """What it received, and how it behaves: `behaviours` one request each, then `behaviour`."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    behaviours: list[Behaviour] = field(default_factory=list)
    behaviour: Behaviour = field(default_factory=lambda: answer(204))
    over: threading.Event = field(default_factory=threading.Event)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, handler: Handler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self._news:
            behave = self.behaviours.pop(0) if self.behaviours else self.behaviour
            headers = {name.lower(): value for name, value in handler.headers.items()}
            self.received.append(Received(handler.path, headers, body, time.monotonic()))
            self._news.notify_all()
        behave(handler)

    def wait(self, count: int = 1, seconds: float = 20) -> list[Received]:
        """Wait until so many requests have come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.received) >= count, seconds), self.received
            return list(self.received)

    def hang(self, _: Handler) -> None:
        """Never answer."""
        self.over.wait(60)

    def drip(self, handler: Handler) -> None:
        """Begin an answer whose head never ends, a byte now and then."""
        self._write_for_ever(handler, b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05)

    def endless(self, handler: Handler) -> None:
        """Answer with a body that never ends, as fast as can be."""
        self._write_for_ever(handler, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, 0)

    def announce(self, handler: Handler) -> None:
        """Send announcements of an answer, and never the answer."""
        self._write_for_ever(handler, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0)

    def long_head(self, handler: Handler) -> None:
        """Answer with headers that never end, as fast as can be."""
        self._write_for_ever(handler, b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 1000 + b"\r\n", 0)

    def nonsense(self, handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")

    def _write_for_ever(self, handler: Handler, first: bytes, then: bytes, pause: float) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(first)
            while not self.over.wait(pause):
                handler.wfile.write(then)


@contextmanager
def receiving(host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Give a receiver on a free port."""
    receiver = Receiver()

    class Handling(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with contextlib.suppress(OSError):
                receiver.take(self)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer((host, 0), Handling) as server:
        server.daemon_threads = True
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.url = f"{'https' if context else 'http'}://{host}:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()
