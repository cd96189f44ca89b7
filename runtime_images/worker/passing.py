"""Passing on: what a watched job's streams have in addition, as it comes."""

from __future__ import annotations

import codecs
from typing import Final

from functions.core.store import Claim
from functions.core.work import WorkQueue
from runtime_images.worker.runner import Streams
from runtime_images.worker.sandbox.contract import Output

PACKET_BYTES: Final = 512 * 1024  # of each stream, passed on at once


class _Reader:
    """Reads an output from its beginning, as text in UTF-8: the same that its Result will have."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def more(self) -> bytes:
        data = self._output.part(self._read, PACKET_BYTES)
        self._read += len(data)
        return self._decoder.decode(data).encode()


class Passing:
    """The streams of one job, passed on while it is watched. One thread."""

    def __init__(self, work: WorkQueue, claim: Claim, streams: Streams) -> None:
        self._work = work
        self._claim = claim
        self._readers = (_Reader(streams.stdout), _Reader(streams.stderr))
        self._parts = (b"", b"")  # that are yet to be taken: they stay the same until they are

    def pass_on(self) -> bool:
        """Pass on what there is, if anybody watches; True where there may be more already. Raises StorageError."""
        if not self._work.watched:
            return False
        if not any(self._parts):
            stdout, stderr = self._readers
            self._parts = (stdout.more(), stderr.more())
        if not any(self._parts):
            return False
        self._work.pass_on(self._claim, *self._parts)
        self._parts = (b"", b"")
        return True
