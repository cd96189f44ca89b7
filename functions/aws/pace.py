"""When to look at a job that a caller waits for: seldom in vain, and soon after it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

FIRST_LOOK: Final = 0.024  # seconds after it was sent, where nothing was learned yet
SOONEST: Final = 0.010
LATEST: Final = 0.060  # what a pool's slower jobs may cost one that is quick; what ends later says nothing
# A first look that came too early costs a call and a pause, one that came too late costs its lateness alone. So
# about three in four are to find the job ended.
LATER: Final = 0.003
SOONER: Final = 0.001

POLL: Final = 0.006  # seconds between the looks that follow, growing
POLL_GROWTH: Final = 1.4
LAST_POLL: Final = 0.25


class Pace:
    """The pauses before the looks at jobs; it learns for each pool when its quick jobs end, from what looks found."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}

    def pauses(self, pool: str) -> Iterator[float]:
        """Yield the seconds to wait before each look."""
        yield self._first.get(pool, FIRST_LOOK)
        pause = POLL
        while True:
            yield pause
            pause = min(pause * POLL_GROWTH, LAST_POLL)

    def ended(self, pool: str, looks: int, seconds: float) -> None:
        """Note that a job of the pool was found ended by the last of so many looks, after so long."""
        first = self._first.get(pool, FIRST_LOOK)
        if looks == 1:
            self._first[pool] = max(first - SOONER, SOONEST)
        elif seconds <= LATEST:
            self._first[pool] = min(first + LATER, LATEST)
