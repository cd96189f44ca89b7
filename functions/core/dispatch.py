"""Dispatch: how jobs reach workers, and how a caller learns of an end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from functions.core.job import Job


class Dispatch(Protocol):
    """Brings recorded jobs to their pools' workers, and has workers started where there are none.

    Delivery is at least once: the claim decides who runs a job.
    """

    def send(self, job: Job, *, awaited: bool) -> None:
        """Bring a new job to its pool; `awaited` promises that the caller goes on to `wait`."""

    def send_all(self, jobs: Sequence[Job]) -> None:
        """Bring new jobs to their pools, for whose ends nobody waits yet."""

    def send_again(self, job: Job) -> None:
        """Bring a job to its pool once more, that may have been forgotten on its way."""

    def wait(self, job: Job, seconds: float, *, from_its_start: bool = True) -> Job:
        """Return the job once it has ended, or as it is when `seconds` have passed.

        `from_its_start`: it was submitted just now.
        """
