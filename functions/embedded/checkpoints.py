"""Checkpoints: brings the write-ahead log into the database beside the writes, none of which waits for it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Final

from functions.embedded.opening import connect

COMMITS: Final = 250  # before the next checkpoint
LOG_PAGES: Final = 8_000  # of 4 KiB: a log as long as this is brought in by the write that finds it so
LOG_BYTES: Final = 4 * 1_048_576  # the log's file is cut to this when it begins anew


class Checkpoints:
    """The checkpoints of one database. SQLite's own would hold up each some-hundredth write for two fsyncs."""

    def __init__(self, path: Path, writer: sqlite3.Connection) -> None:
        self._path = path
        writer.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        writer.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        self._commits = 0
        self._due = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """Count a commit; for the leader of the writes alone."""
        self._commits += 1
        if self._commits % COMMITS == 0:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
                self._thread.start()
            self._due.set()

    def empty(self) -> None:
        """Do a whole checkpoint, for which writes wait. Raises sqlite3.Error."""
        with closing(connect(self._path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._due.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        with closing(connect(self._path)) as connection:
            while self._due.wait() and not self._closed:
                self._due.clear()
                # A full disk, say: the log keeps all until it goes, and the writes tell of it.
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
