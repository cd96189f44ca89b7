"""`python -m infra.local.moto_server [LOG]`: moto's HTTP server on a free loopback port, which it prints.

A process of its own: in the API's, each AWS call would wait for the other side of itself.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from runtime_images.worker.sandbox import linux

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class _RequestHandler(WSGIRequestHandler):
    """Keeps connections open (a third of a call's time otherwise) and leaves the log to us."""

    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_request(self, *_: Any) -> None:
        """Write the operation of each call to the log that was asked for, if any."""
        log = getattr(self.server, "call_log", None)
        if log:
            target = self.headers.get("X-Amz-Target") or f"S3.{self.command}"
            log.write(f"{time.time():.6f} {target.replace('_20120810', '')}\n")


class _Atomic:
    """Passes DynamoDB's calls on one after another: moto changes an item in place, a field at a time.

    Without this a reader sees halves of an update, and two racing conditional writes can both win.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB"):
            return self._application(environ, start_response)
        with self._lock:
            return self._application(environ, start_response)


def main(call_log: Path | None) -> None:
    """Serve until killed, or until the process that started this one is gone; note each call in `call_log`."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the service decides
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = _Atomic(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_RequestHandler)
    if call_log:
        server.call_log = call_log.open("a", buffering=1)  # type: ignore[attr-defined]  # for _RequestHandler
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
