"""What an AWS account lets run at once, and how much of it a rehearsal used.

Imports little: moto's process has it, too.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Quotas:
    """An account's quotas, those of a new one by default."""

    functions: int = 10  # Lambda: concurrent executions
    vcpus: int = 6  # Fargate: On-Demand vCPUs
    write_units: float = 4000  # DynamoDB: of each on-demand table that is new, a second


REPORT: Final = "account.json"
FUNCTIONS_REPORT: Final = "functions.json"
_WRITING: Final = threading.Lock()
WAITING_CALLERS: Final = 4  # what infra.preflight tells to set where 10 functions run at once


@dataclass(slots=True)
class Use:
    """How much of a quota was used at most, and how often more was refused."""

    most: float = 0
    refused: int = 0

    def saw(self, amount: float) -> None:
        """Note an amount."""
        self.most = max(self.most, amount)


class Places:
    """So many of something at once."""

    def __init__(self, count: int) -> None:
        self.use = Use()
        self._count = count
        self._taken = 0
        self._lock = threading.Condition()

    @contextmanager
    def one(self, *, wait: bool = False) -> Iterator[bool]:
        """Take a place, waiting for one if need be; where there is none and it doesn't wait, yield False."""
        with self._lock:
            while self._taken >= self._count and wait:
                self._lock.wait()
            taken = self._taken < self._count
            self._taken += taken
            self.use.saw(self._taken)
            self.use.refused += not taken
        try:
            yield taken
        finally:
            with self._lock:
                self._taken -= taken
                self._lock.notify_all()


@dataclass(slots=True)
class Units:
    """A table's write units: a second's worth at most is saved up. What a write takes is known after it."""

    a_second: float
    use: Use = field(default_factory=Use)
    _left: float = 0
    _at: float = 0
    _second: int = 0
    _in_second: float = 0

    def allow(self) -> bool:
        """Whether one more write may be done now."""
        now = time.monotonic()
        if self._at:
            self._left = min(self.a_second, self._left + (now - self._at) * self.a_second)
        else:
            self._left = self.a_second
        self._at = now
        self.use.refused += self._left <= 0
        return self._left > 0

    def take(self, units: float) -> None:
        """Count what a write took."""
        self._left -= units
        second = int(time.monotonic())
        self._in_second = units + (self._in_second if second == self._second else 0)
        self._second = second
        self.use.saw(self._in_second)


def write_report(path: Path, uses: dict[str, Use]) -> None:
    """Write how much was used, whole or not at all."""
    new = path.with_suffix(".new")
    with _WRITING:
        new.write_text(json.dumps({name: asdict(use) for name, use in uses.items()}))
        new.replace(path)
