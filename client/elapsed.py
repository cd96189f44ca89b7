"""How long a job takes, told on a terminal while it is silent."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Final, Self, TextIO

ELAPSED_AFTER: Final = 2.0
TICK_SECONDS: Final = 1.0


class Elapsed:
    """One line at the terminal's end, from within its block; nothing where errors go to a file."""

    def __init__(self, file: TextIO) -> None:
        self._file = file if file.isatty() else None
        self._start = time.monotonic()
        self._status = "pending"
        self._shown = False
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self.at_line_start = True  # what the program has written so far ends a line

    def __enter__(self) -> Self:
        if self._file:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._file:
            self._thread.join()
            self._clear()

    def status(self, status: str) -> None:
        """Note the job's status."""
        self._status = status

    def write(self, file: TextIO, text: str) -> None:
        """Write what the program has written, where the line was."""
        with self._lock:
            self._clear()
            file.write(text)
            file.flush()
            self.at_line_start = text.endswith("\n")

    def _tick(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            with self._lock:
                self._show()

    def _show(self) -> None:
        seconds = time.monotonic() - self._start
        if self._file and self.at_line_start and seconds > ELAPSED_AFTER:
            self._file.write(f"\r\x1b[K{self._status}, {seconds:.0f} s (Ctrl-C cancels)")
            self._file.flush()
            self._shown = True

    def _clear(self) -> None:
        if self._file and self._shown:
            self._file.write("\r\x1b[K")
            self._file.flush()
            self._shown = False
