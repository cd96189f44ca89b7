"""The kernel's own limits of a process, set by util-linux's prlimit on the way to the program."""

from __future__ import annotations

import resource
from typing import Final

from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox.policy import policy

PRLIMIT: Final = "/usr/bin/prlimit"
DATA_PER_MEMORY: Final = 4  # a backstop for the memory limit: runtimes reserve more than they use


def prlimit(limits: SandboxLimits, own_processes: int) -> list[str]:
    """Return the command that gives what follows it a program's limits, `own_processes` more for us."""
    values = {
        **policy().rlimits,
        "nproc": limits.processes + own_processes,
        "nofile": limits.open_files,
        "fsize": limits.file_mb * MIB,
        "cpu": limits.cpu_seconds,
        "data": DATA_PER_MEMORY * limits.memory_mb * MIB,
    }
    return [PRLIMIT, *(f"--{name}={_possible(name, value)}" for name, value in values.items())]


def _possible(name: str, value: int) -> int:
    """Return the value, or the hard limit that we have ourselves where that is lower: it can't be raised."""
    hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))[1]
    return value if hard == resource.RLIM_INFINITY else min(value, hard)
