"""The HTTP server of a service on this machine: uvicorn, which says what it serves, and ends in good order."""

from __future__ import annotations

import contextlib
import functools
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

import uvicorn

from infra.local.connections import connections
from infra.local.http_protocol import Protocol

KEEP_ALIVE_SECONDS: Final = 75  # longer than proxies keep theirs

End = Callable[[threading.Event], None]  # ends what is behind the server, at once when the event is set


class Server(uvicorn.Server):
    """uvicorn, which greets once it serves. At a signal `end` is called first; a second signal hurries it."""

    def __init__(self, app: Any, greeting: str, end: End) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=functools.partial(Protocol, open_connections=connections()),  # type: ignore[arg-type]  # it makes one
                ws="none",  # whoever asks for WebSocket gets the plain answer
                lifespan="off",
                log_level="error",  # not each request that can't be read: anybody may send those
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=1,
            )
        )
        self._greeting = greeting
        self._end = end
        self._hurry = threading.Event()
        self._ending = False
        self.failed = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, then greet."""
        await super().startup(sockets)
        sys.stdout.write(self._greeting)
        sys.stdout.flush()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that ask for an end; unlike uvicorn's own, don't raise them again afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # uvicorn looks at them
        """Begin to end at a signal, and hurry at the next."""
        if self._ending:
            self._hurry.set()
            return
        self._ending = True
        threading.Thread(target=self._end_all, name="end", daemon=True).start()

    def fail(self, reason: str) -> None:
        """End at once, from any thread, because of a failure; say why."""
        self.failed = True
        self._hurry.set()
        sys.stderr.write(f"scripts/local: {reason}\n")
        sys.stderr.flush()
        self.handle_exit(signal.SIGTERM, None)

    def _end_all(self) -> None:
        try:
            self._end(self._hurry)
        finally:
            self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is started. Raises OSError where it isn't free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        message = f"can't listen on {host} port {port} ({error.strerror}); choose others with --host and --port"
        raise OSError(message) from error


def base_url(listener: socket.socket) -> str:
    """Return the URL under which a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"
