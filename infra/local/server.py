"""The HTTP server of one machine: uvicorn in front of the API's handler, on a port that was taken before."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Final

import uvicorn

from functions.api.app import handler
from functions.api.streaming import StreamingApp
from infra.local.http_protocol import Protocol

REQUEST_THREADS: Final = 256


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before anything is started. Raises OSError, with a sentence, where it isn't free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        message = f"can't listen on {host} port {port} ({error.strerror}); choose others with --host and --port"
        raise OSError(message) from error


def base_url(listener: socket.socket) -> str:
    """Return the address under which clients on this machine reach what listens there."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"


class Server(uvicorn.Server):
    """uvicorn, which says what it serves once it does, and calls `stop` as soon as a signal asks it to end.

    `stop` has a thread of its own: jobs that it ends answer the requests that wait for them, so the server can end.
    """

    def __init__(self, greeting: str, stop: Callable[[], None]) -> None:
        app = StreamingApp(handler, ThreadPoolExecutor(REQUEST_THREADS, thread_name_prefix="request"))
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",  # whoever asks for WebSocket gets the plain answer
                lifespan="off",
                log_level="error",  # not each request that can't be read: anybody may send those
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._greeting = greeting
        self._stop = stop

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

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, at a signal."""
        threading.Thread(target=self._stop, name="stop", daemon=True).start()
        super().handle_exit(sig, frame)
