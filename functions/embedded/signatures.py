"""EmbeddedSignatures: used signatures as rows, so that they are remembered whatever becomes of the process."""

from __future__ import annotations

import sqlite3
from typing import Final

from functions.core.store import now_ms
from functions.embedded.database import Database

_USE: Final = (
    "INSERT INTO signatures (signature, until_ms) VALUES (?, ?)"
    " ON CONFLICT (signature) DO UPDATE SET until_ms = excluded.until_ms WHERE until_ms < ?"
)


class EmbeddedSignatures:
    """Core's Signatures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, signature: str, seconds: int) -> bool:
        """Note a signature, for so long; False where it was noted before."""
        now = now_ms()
        values = (signature, now + seconds * 1000, now)

        def change(connection: sqlite3.Connection) -> bool:
            return connection.execute(_USE, values).rowcount == 1

        return self._database.write(change)

    def delete_old(self) -> None:
        """Forget those whose time is over."""
        values = (now_ms(),)
        self._database.write(
            lambda connection: connection.execute("DELETE FROM signatures WHERE until_ms < ?", values).rowcount,
            sync=False,
        )
