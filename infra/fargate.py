"""Fargate's task sizes, and which of them a language's jobs take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from functions.core.limits import KEPT_BYTES, MIB, SandboxLimits

VCPU: Final = 1024  # processor units of one processor
SUPERVISOR_MB: Final = 256  # the worker's own processes, and what Fargate takes

# Processor units, and the memory in MiB that goes with them.
SIZES: Final[Mapping[int, tuple[int, ...]]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16_385, 1024)),
    4096: tuple(range(8192, 30_721, 1024)),
}


def size(limits: SandboxLimits, cpu: int) -> tuple[int, int]:
    """Return Fargate's smallest (processor units, MiB) with this much processor and memory for a job.

    The two file systems in memory may both be full while the program has all the memory it may have, and the worker
    holds what was compiled for the next test.
    """
    needed = limits.memory_mb + 2 * limits.work_mb + KEPT_BYTES // MIB + SUPERVISOR_MB
    for units, memories in SIZES.items():
        fitting = [memory for memory in memories if memory >= needed]
        if units >= cpu and fitting:
            return units, fitting[0]
    message = f"No Fargate task has {needed} MiB."
    raise ValueError(message)
