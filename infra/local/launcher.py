"""The launcher: starts worker processes, each forked from one process that has everything imported."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from functions.core.job import NetworkMode
from infra.local import worker_process
from infra.local.toolchains import Toolchain
from infra.local.worker_process import Assignment

END_WITH_PARENT: Final = "infra.local.end_with_parent"  # imported there, and nowhere else
START_SECONDS: Final = 3.0  # for a worker to be forked; it takes milliseconds


def prepare() -> None:
    """Start the process that workers fork from, with everything imported."""
    forkserver.set_forkserver_preload([worker_process.__name__, END_WITH_PARENT])
    forkserver.ensure_running()


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts workers for the languages that this machine has."""

    toolchains: Mapping[str, Toolchain]
    folder: Path  # of the service's temporary files

    def __call__(self, index: int, name: str, pool: str, connection: socket.socket) -> ForkServerProcess:
        """Start a worker; `connection` is its end of its channel. Raises OSError."""
        language, mode = pool.rsplit("-", 1)
        assignment = Assignment(
            index=index,
            name=name,
            language=language,
            network_mode=NetworkMode(mode),
            toolchain=self.toolchains[language],
            folder=self.folder,
            service=os.getpid(),
        )
        context = multiprocessing.get_context("forkserver")
        process = context.Process(
            target=worker_process.main, args=(assignment, connection), name=f"worker {pool}", daemon=False
        )
        # One that hangs is ended, and with it all that waits for it here; the next start begins another.
        late = threading.Timer(START_SECONDS, _end_server)
        late.start()
        try:
            process.start()
        except EOFError as error:
            message = "the process that workers fork from has ended"
            raise OSError(message) from error
        finally:
            late.cancel()
        return process


def _end_server() -> None:
    """Kill the process that workers fork from."""
    server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # there is no other way to learn it
    if server:
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGKILL)
