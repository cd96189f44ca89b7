"""The folder for what lasts no longer than one service: its workers' areas, and the sockets between its processes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PREFIX: Final = "code-execution-"
NOTE: Final = "temporary"  # in the state folder: where the folder is


@contextmanager
def folder(state: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Give the service's folder, and what removes that of an earlier service which was killed before it could.

    To be called when none of that one's workers is left.
    """
    note = state / NOTE
    earlier = Path(note.read_text("utf-8")) if note.exists() else None

    def remove_earlier() -> None:
        if earlier and earlier.name.startswith(PREFIX) and not earlier.is_symlink():
            shutil.rmtree(earlier, ignore_errors=True)

    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        path = Path(name)
        path.chmod(0o711)  # programs' users pass through it to what is theirs
        note.write_text(name, "utf-8")
        tempfile.tempdir = name  # what the libraries make (multiprocessing its sockets) goes with it too
        yield path, remove_earlier
    note.unlink(missing_ok=True)
