"""FileStore: what storage has to do for content that is too big for a record: submissions, results, uploads."""

from __future__ import annotations

from typing import Protocol


class FileStore(Protocol):
    """Files under payloads/ (submissions, for workers), results/ (of workers) and uploads/ (of customers).

    A file is there whole or not at all. Files end a day after they were written.
    """

    def put(self, key: str, content: bytes) -> None:
        """Write a file, replacing any of that key."""

    def get(self, key: str) -> bytes:
        """Return a file's bytes. Raises StorageError where there is none."""

    def get_at_most(self, key: str, size: int) -> bytes | None:
        """Return a file's bytes, or None when there is none. Raises OverflowError for one of more than `size`."""

    def delete(self, key: str) -> None:
        """Remove a file; none of that key is no error."""

    def url(self, key: str) -> str:
        """Return a URL that reads the file, for an hour, without a key."""

    def form(self, key: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return the URL and the fields of a form that, for so long, uploads a file of at most `size` bytes."""
