"""The shipped spawner less one of its walls, named by the variable WEAKNESS; see walls.py."""

from __future__ import annotations

import os
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from runtime_images.worker.sandbox import spawner

reader: Any = import_module("runtime_images.worker.sandbox.reader")


def no_follow() -> None:
    """Open whatever a name leads to."""
    reader._OPEN &= ~os.O_NOFOLLOW
    reader._OPEN_FOLDER &= ~os.O_NOFOLLOW


def plain_files() -> None:
    """Take everything for a plain file."""
    reader.stat = SimpleNamespace(S_ISREG=lambda _mode: True, S_ISDIR=lambda _mode: False)


def session() -> None:
    """Leave programs in the spawner's process group."""
    start: Any = os.posix_spawn
    module: Any = spawner

    def posix_spawn(*arguments: Any, **options: Any) -> int:
        return int(start(*arguments, **{**options, "setsid": False}))

    module.os = SimpleNamespace(**{**vars(os), "posix_spawn": posix_spawn})


if __name__ == "__main__":
    {"no-follow": no_follow, "plain-files": plain_files, "session": session}[os.environ["WEAKNESS"]]()
    spawner.main()
