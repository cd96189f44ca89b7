"""Inputs: what customers send to a program while it runs, in their order, until they say that it is all."""

from __future__ import annotations

from typing import Protocol


class Inputs(Protocol):
    """The inputs of the jobs that take some, each kept until its job has ended. All raise StorageError."""

    def open(self, job_id: str) -> None:
        """Take input for a new job."""

    def add(self, job_id: str, data: bytes, *, eof: bool) -> int:
        """Record what comes next, and whether it is the last; return how many bytes came in all.

        Raises StdinNotOpenError, TooLargeError beyond limits.INPUT_BYTES in all, and StdinFullError where the job's
        worker has yet to take what came before. Then nothing was recorded.
        """
