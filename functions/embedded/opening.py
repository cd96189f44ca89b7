"""Opening a database file: looks at it before anything is changed, then brings its schema up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from functions.core.errors import FullError
from functions.embedded.errors import FULL, DatabaseError, of_sqlite
from functions.embedded.schema import MIGRATIONS, statements

BUSY_SECONDS: Final = 10  # how long a change waits for another process's
_OLDEST: Final = (3, 37, 0)  # has STRICT tables and RETURNING


def prepare(path: Path) -> None:
    """Create the database, or check it and apply the migrations that it lacks. Raises DatabaseError.

    A file that can't be used is left exactly as it is.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        wanted = ".".join(map(str, _OLDEST[:2]))
        message = f"This Python has SQLite {sqlite3.sqlite_version}; {wanted} or later is needed. Use another Python."
        raise DatabaseError(message)
    try:
        if path.exists() and path.stat().st_size:
            _inspect(path)
        else:
            path.touch(0o600)  # jobs are nobody else's to read; the files beside it follow
        with closing(connect(path)) as connection:
            _migrate(path, connection)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(_sentence(path, error)) from error


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """Return a connection in autocommit mode, for any thread, to a file that exists."""
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    # What was deleted is overwritten: an ended job's submission, with its secrets, is gone from the file.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _inspect(path: Path) -> None:
    """Check a file without any change to it, which closing a connection that may write could make."""
    with closing(connect(path, "ro")) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise DatabaseError(_corrupt(path, found))
        _check_version(path, _version(connection))


def _migrate(path: Path, connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        message = f"The file system of {path} has no shared memory, as network drives have none. Use a local disk."
        raise DatabaseError(message)
    while True:
        connection.execute("BEGIN IMMEDIATE")  # also where there is nothing to do: it shows whether we may write
        version = _version(connection)
        _check_version(path, version)
        if version == len(MIGRATIONS):
            connection.execute("ROLLBACK")
            return
        for statement in statements(MIGRATIONS[version]):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _check_version(path: Path, version: int) -> None:
    if version > len(MIGRATIONS):
        message = (
            f"{path} was written by a newer version of this service (schema {version}; this one knows "
            f"{len(MIGRATIONS)}). Start that version, or name another state folder."
        )
        raise DatabaseError(message)


def _corrupt(path: Path, reason: object) -> str:
    said = " ".join(str(reason).replace("*** in database main ***", "").split())
    return f"{path} is damaged ({said}). Put a backup in its place, or name another state folder."


def _sentence(path: Path, error: sqlite3.Error | OSError) -> str:
    """Say what SQLite or the system said so that a person knows what to do."""
    text = str(error)
    if isinstance(error, OSError):
        if error.errno in FULL:
            return f"The disk of {path} is full. Make room, then start again."
        return f"{path} can't be used ({error.strerror}). Make its folder writable, or name another state folder."
    if isinstance(error, sqlite3.OperationalError):
        if isinstance(of_sqlite(error, path), FullError):
            return f"The disk of {path} is full. Make room, then start again."
        if "locked" in text:
            return f"{path} is in use by another process. End that one, or name another state folder."
        return f"{path} can't be written ({text}). Make it and its folder writable, or name another state folder."
    return _corrupt(path, text)
