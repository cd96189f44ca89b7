"""Connections: how many there may be, in all and of one address, and who gives way when there are too many.

Whoever waits, between two requests or within a request's head, costs the service a connection and gives it nothing
to do. So of those that wait, the one that has done so for longest gives way to one that comes.
"""

from __future__ import annotations

import resource
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Protocol

MOST: Final = 8192
KEPT_DESCRIPTORS: Final = 256  # for workers, the database, and files
SHARE: Final = 0.75  # of all connections that one address may have


class Connection(Protocol):
    """What one can be told to do."""

    address: str

    def give_way(self) -> None:
        """End at once."""


@dataclass(slots=True)
class Connections:
    """All connections of a server. Used in its event loop alone."""

    most: int
    most_of_one: int
    _all: set[Connection] = field(default_factory=set)
    _of: Counter[str] = field(default_factory=Counter)  # by address
    _waiting: dict[Connection, None] = field(default_factory=dict)  # the one that waits for longest first

    def enter(self, connection: Connection) -> bool:
        """Take in a connection, which waits at first; False where nobody gives way to it."""
        if self._of[connection.address] >= self.most_of_one and not self._make_way(connection.address):
            return False
        if len(self._all) >= self.most and not self._make_way(None):
            return False
        self._all.add(connection)
        self._of[connection.address] += 1
        self._waiting[connection] = None
        return True

    def waits(self, connection: Connection) -> None:
        """Note that a connection waits from now on for its client."""
        if connection in self._all:
            self._waiting[connection] = None

    def works(self, connection: Connection) -> None:
        """Note that a connection has a request to serve."""
        self._waiting.pop(connection, None)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        if connection in self._all:
            self._all.discard(connection)
            self._waiting.pop(connection, None)
            self._of[connection.address] -= 1
            if not self._of[connection.address]:
                del self._of[connection.address]

    def _make_way(self, address: str | None) -> bool:
        """End the connection, of that address if one is named, that has waited for longest; False if none waits."""
        for connection in self._waiting:
            if address in (None, connection.address):
                self.leave(connection)
                connection.give_way()
                return True
        return False


def connections() -> Connections:
    """Return what fits into this process's file descriptors, of which it takes as many as it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + KEPT_DESCRIPTORS
    if soft < wanted:
        soft = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = max(min(MOST, soft - KEPT_DESCRIPTORS), 16)
    return Connections(most, max(int(most * SHARE), 1))
