"""One local worker process: what a Fargate task is in the cloud, for one pool."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.embedded.channel import Channel
from functions.embedded.mark import Mark
from functions.embedded.work import DismissedError, SocketWorkQueue
from infra.local import sandboxes
from infra.local.toolchains import Toolchain
from runtime_images.worker.sandbox import linux
from runtime_images.worker.sandbox.namespaces import Namespaces
from runtime_images.worker.worker import Worker

FOREVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker process is to do."""

    index: int  # unique among the processes alive: its sandboxed programs run under a user id of its own
    name: str  # in which it claims jobs
    language: str
    network_mode: NetworkMode
    toolchain: Toolchain
    folder: Path  # of the service's temporary files
    service: int  # its process id


def main(assignment: Assignment, connection: socket.socket) -> None:
    """Serve a pool until terminated, dismissed, or left alone by the service."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    _, [descriptor], _, _ = socket.recv_fds(connection, len(b"mark"), 1)
    mark = Mark(descriptor)
    mark.hold()
    sandbox = sandboxes.make(assignment.toolchain, assignment.index, assignment.folder, assignment.language)
    threading.Thread(target=die_with, args=(assignment.service,), name="service", daemon=True).start()
    worker = Worker(
        language=catalog()[assignment.language],
        network_mode=assignment.network_mode,
        work=SocketWorkQueue(assignment.name, Channel(connection), mark),
        sandbox=sandbox,
    )

    def on_terminate(_signal: int, _frame: object) -> None:
        if not worker.terminate():
            sys.exit(0)

    signal.signal(signal.SIGTERM, on_terminate)
    threading.Thread(target=leave_with, args=(sandbox,), name="sandbox", daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the service decides
    try:
        worker.serve(FOREVER, FOREVER)
    except DismissedError:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends already
        sandbox.close()


def leave_with(sandbox: Namespaces) -> None:
    """Have this process end as if it had been asked to, once its sandbox is lost: before it gets a job, if it can."""
    sandbox.await_loss()
    os.kill(os.getpid(), signal.SIGTERM)


def die_with(service: int) -> None:
    """Kill this process when the service is gone, however it ended.

    The process that forked this one would know, but it lives as long as any that it forked.
    """
    with suppress(ProcessLookupError):
        select.select([os.pidfd_open(service)], [], [])
    os.kill(os.getpid(), signal.SIGKILL)
