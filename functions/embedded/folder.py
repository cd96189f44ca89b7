"""The state folder: one service at a time works on it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class InUseError(OSError):
    """Another service works on the folder."""


def hold(folder: Path) -> int:
    """Take the folder for this process until it ends; return the descriptor that holds it. Raises InUseError."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        message = (
            f"another service (process {holder or 'unknown'}) works on {folder}: end it first, or choose another "
            "folder with --state-dir"
        )
        raise InUseError(message) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor
