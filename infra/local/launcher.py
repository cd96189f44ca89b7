"""The launcher: starts worker processes, each forked from one process that has everything imported."""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from functions.core.job import NetworkMode
from infra.local import worker_process
from infra.local.toolchains import Toolchain
from infra.local.worker_process import Assignment


def prepare() -> None:
    """Start the process that workers fork from, with everything imported."""
    forkserver.set_forkserver_preload([worker_process.__name__])
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
        process.start()
        return process
