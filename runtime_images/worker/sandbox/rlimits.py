"""The kernel's own limits of a process: set by the spawner, or by util-linux's prlimit on the way to the program."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Final

from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox.policy import policy

PRLIMIT: Final = "/usr/bin/prlimit"
# Of the memory limit, so that recursion without end is told as what it is, a stack's overflow. Threads that don't say
# otherwise have as much, reserved; never "unlimited", which is 2 MiB for them.
STACK_OF_MEMORY: Final = 0.75
MOST_FILES: Final = 1 << 16  # which any kernel lets root open; none at all would be too many


def raise_own() -> None:
    """Take away the hard limits that root was started with: they would be the programs' where they are lower."""
    for name in _values(SandboxLimits(), 0):
        kind = _kind(name)
        soft, hard = resource.getrlimit(kind)
        most = max(hard, MOST_FILES) if name == "nofile" else resource.RLIM_INFINITY
        if hard != resource.RLIM_INFINITY:
            with suppress(ValueError, PermissionError):  # root of a container may not either
                resource.setrlimit(kind, (soft, most))


def prlimit(limits: SandboxLimits, own_processes: int) -> list[str]:
    """Return the command that gives what follows it a program's limits, `own_processes` more for us."""
    values = _possible_values(limits, own_processes)
    return [PRLIMIT, *(f"--{name}={value}" for name, value in values.items())]


def limit_values(limits: SandboxLimits, own_processes: int) -> list[tuple[int, int]]:
    """Return a program's limits as the kernel's numbers for them and their values, `own_processes` more for us."""
    return [(_kind(name), value) for name, value in _possible_values(limits, own_processes).items()]


def _possible_values(limits: SandboxLimits, own_processes: int) -> dict[str, int]:
    return {name: _possible(name, value) for name, value in _values(limits, own_processes).items()}


def _values(limits: SandboxLimits, own_processes: int) -> dict[str, int]:
    return {
        **policy().rlimits,
        "nproc": limits.processes + own_processes,
        "nofile": limits.open_files,
        "fsize": limits.file_mb * MIB,
        "cpu": limits.cpu_seconds,
        "stack": int(STACK_OF_MEMORY * limits.memory_mb) * MIB,
    }


def _possible(name: str, value: int) -> int:
    """Return the value, or the hard limit that we have ourselves where that is lower: it can't be raised."""
    hard = resource.getrlimit(_kind(name))[1]
    if hard == resource.RLIM_INFINITY:
        return value
    return hard if value == resource.RLIM_INFINITY else min(value, hard)


def _kind(name: str) -> int:
    kind: int = getattr(resource, f"RLIMIT_{name.upper()}")
    return kind
