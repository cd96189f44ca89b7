"""Feeding a program that runs: what comes for it goes into its pipe, as far as it reads."""

from __future__ import annotations

import os
import selectors
from typing import Final

from runtime_images.worker.sandbox.contract import Input

CHUNK_BYTES: Final = 64 * 1024


class Feeder:
    """Writes an Input into a pipe, within the loop of who watches the program. It never waits."""

    def __init__(self, source: Input, writing: int) -> None:
        self._source = source
        self._writing = writing
        self._selector: selectors.BaseSelector | None = None
        os.set_blocking(writing, False)

    def begin(self, selector: selectors.BaseSelector) -> None:
        """Feed from now on: `go_on` is to be called when this is the data of what is ready."""
        self._selector = selector
        selector.register(self._source, selectors.EVENT_READ, self)
        self.go_on()

    def go_on(self) -> None:
        """Write what there is and fits."""
        try:
            while data := self._source.next(CHUNK_BYTES):
                self._source.taken(os.write(self._writing, data))
        except BlockingIOError:
            self._await_room(wanted=True)
            return
        except BrokenPipeError:  # it reads no more
            self.close()
            return
        self._await_room(wanted=False)
        if self._source.over:
            self.close()

    def _await_room(self, *, wanted: bool) -> None:
        if self._selector is None:
            return
        registered = self._writing in self._selector.get_map()
        if wanted and not registered:
            self._selector.register(self._writing, selectors.EVENT_WRITE, self)
        elif registered and not wanted:
            self._selector.unregister(self._writing)

    def close(self) -> None:
        """End the program's input; what comes later is for nobody."""
        if self._writing < 0:
            return
        if self._selector and self._selector.get_map():
            self._await_room(wanted=False)
            self._selector.unregister(self._source)
        os.close(self._writing)
        self._writing = -1
