"""`python -m infra.rehearsal.moto_server`: moto's HTTP server on a free loopback port, which it prints.

The credential that requests have to be signed with comes on standard input.

A process of its own: in the API's, each AWS call would wait for the other side of itself. Arguments: see main.
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

from infra.rehearsal.account import Quotas
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


def main(call_log: str = "", write_units: str = "", vcpus: str = "", report: str = "") -> None:
    """Serve until killed, or until the process that started this one is gone.

    Note each call in `call_log`. With the other three there are an account's quotas, of which `report` tells the use.
    """
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the service decides
    application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
    if report:
        from infra.rehearsal.limits import Limited  # noqa: PLC0415  # moto's ECS takes a second to load

        application = Limited(application, Quotas(vcpus=int(vcpus), write_units=float(write_units)), Path(report))
    application = _Atomic(application)
    if call_log:
        application = _Logged(application, Path(call_log).open("a", buffering=1))  # noqa: SIM115  # until the end
    server = Server(Guard(application, Credential.parse(sys.stdin.readline())))
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
