"""Marks: which job's program each worker has started, where it outlives the death of them all.

A worker writes a job's id into its mark just before it lets the program run, and only then. So after a crash a job
that was claimed but stands in no mark can run again. A mark lies in the page cache as soon as it is written: it
survives the end of every process, but not that of the machine. Therefore the folder knows in which boot it was
written, and after another boot nobody knows what had started.

While a worker lives it holds a lock on its mark, so that the next service finds who is left of an earlier one.
"""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

ID_BYTES: Final = 36  # of a UUID as text
END_SECONDS: Final = 5.0  # for a killed worker to be gone
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_FLOCK: Final = "hhqqi4x"  # struct flock: type, whence, start, length, process


class Mark:
    """A worker's own mark, by the descriptor that it inherited."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def hold(self) -> None:
        """Lock the mark for as long as this process lives."""
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)

    def write(self, job_id: str) -> None:
        """Note that the job's program may run from now on."""
        os.pwrite(self._descriptor, job_id.encode().ljust(ID_BYTES), 0)


class Marks:
    """The marks of a state folder, as the service sees them."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is missing. Raises OSError."""
        self._folder = folder
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def open(self, index: int) -> int:
        """Return a descriptor of worker `index`'s mark, emptied."""
        return os.open(self._folder / str(index), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)

    @staticmethod
    def read(descriptor: int) -> str:
        """Return the id of the job whose program was started last; empty where none was."""
        return os.pread(descriptor, ID_BYTES, 0).decode("ascii", "replace").strip()

    def of_this_boot(self) -> bool:
        """Whether the marks were written since the machine started, and so are all there."""
        path = self._folder / "boot"
        return path.exists() and path.read_text("ascii") == _boot_id()

    def started(self) -> set[str]:
        """Return the ids of the jobs in all marks."""
        return {path.read_text("ascii", "replace").strip() for path in self._folder.glob("[0-9]*")} - {""}

    def begin(self) -> None:
        """Forget all marks: from now on they are those of this boot."""
        for path in self._folder.glob("[0-9]*"):
            path.unlink()
        (self._folder / "boot").write_text(_boot_id(), "ascii")

    def end_holders(self) -> None:
        """Kill the workers of an earlier service that are still there. Raises OSError where one doesn't go away."""
        deadline = time.monotonic() + END_SECONDS
        for path in self._folder.glob("[0-9]*"):
            with path.open("r+b") as file:
                while holder := _holder(file.fileno()):
                    with suppress(ProcessLookupError):
                        os.kill(holder, signal.SIGKILL)
                    if time.monotonic() > deadline:
                        message = f"process {holder}, a worker of an earlier service, doesn't end"
                        raise OSError(message)
                    time.sleep(0.01)


def _holder(descriptor: int) -> int:
    """Return the process that holds a file's lock, or 0."""
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    kind, _, _, _, process = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    return process if kind != fcntl.F_UNLCK else 0


def _boot_id() -> str:
    return _BOOT_ID.read_text("ascii").strip()
