"""`python -m infra.rehearsal.moto_server [LOG]`: moto's HTTP server on a free loopback port, which it prints.

The credential that requests have to be signed with comes on standard input.

A process of its own: in the API's, each AWS call would wait for the other side of itself.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from infra.rehearsal.credential import Credential
from infra.rehearsal.guard import Guard
from infra.rehearsal.wsgi_server import Server
from runtime_images.worker.sandbox import linux

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class _Logged:
    """Writes the operation of each call to a file, before its answer."""

    def __init__(self, application: WSGIApplication, log: TextIO) -> None:
        self._application = application
        self._log = log

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._application(environ, start_response)
        target = environ.get("HTTP_X_AMZ_TARGET") or f"S3.{environ['REQUEST_METHOD']}"
        self._log.write(f"{time.time():.6f} {target.replace('_20120810', '')}\n")
        return answer


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
    application: WSGIApplication = _Atomic(DomainDispatcherApplication(create_backend_app))
    if call_log:
        application = _Logged(application, call_log.open("a", buffering=1))
    server = Server(Guard(application, Credential.parse(sys.stdin.readline())))
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
