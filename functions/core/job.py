"""The domain's nouns: what is submitted, what is recorded, and what comes back."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class NetworkMode(StrEnum):
    """What a program may reach: nothing, or the internet (never private addresses)."""

    ZEROTRUST = "zerotrust"
    SEMITRUSTED = "semitrusted"


class Status(StrEnum):
    """A job's state. These five and no other: published poll loops spin for ever on a sixth."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


ACTIVE: Final = frozenset({Status.PENDING, Status.RUNNING})
