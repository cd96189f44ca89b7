"""What can go wrong with a disk, in core's words."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

from functions.core.errors import FullError, StorageError

FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM: Final = 65_536  # bytes; a failed write on a disk that has less failed for want of space

# SQLite's codes, those of I/O errors with their primary code in the lowest byte.
_SQLITE_IOERR: Final = 10
_SQLITE_FULL: Final = 13


class DatabaseError(Exception):
    """The database can't be used; the message is a sentence that says why and what to do."""


def of_sqlite(error: sqlite3.Error, path: Path) -> StorageError:
    """Return core's error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0)  # Python's own errors have none
    if code == _SQLITE_FULL or (code & 0xFF == _SQLITE_IOERR and _is_full(path.parent)):
        return FullError(f"The disk of {path} is full: {error}")
    return StorageError(f"{path}: {error}")


def of_system(error: OSError) -> StorageError:
    """Return core's error for one of the operating system's."""
    return FullError(f"The disk is full: {error}") if error.errno in FULL else StorageError(str(error))


def _is_full(folder: Path) -> bool:
    """Whether there is no room: SQLite's shared memory file, unlike its others, fails then like any broken disk."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize < _NO_ROOM
