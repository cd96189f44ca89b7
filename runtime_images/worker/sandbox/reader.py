"""The artifact reader: runs in a child of the spawner's, gives up all privilege, and reads what a job left.

By now every process of the job is dead. It follows no link, opens no device or pipe, and stops at the limits;
so the worst that a malicious tree can do to it is to end it. For each file it writes a line of JSON
({"name", "size"}) and then that many bytes.
"""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final

from runtime_images.worker.sandbox import linux

ARTIFACT_FOLDER: Final = "tmp/artifacts"
WORK_FOLDER: Final = "work"
MOST_ENTRIES: Final = 10_000  # looked at, so that a folder of empties doesn't take for ever
MOST_SECONDS: Final = 10
DEPTH: Final = 8

_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_OPEN_FOLDER: Final = _OPEN | os.O_DIRECTORY


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read: files of the working folder, then all below /tmp/artifacts, up to the limits."""

    paths: list[str]
    most_files: int
    most_bytes: int
    user: int | None  # to read as; None: this process's own, without capabilities


def read(wanted: Wanted, root: int, output: int) -> None:
    """Write the files to the descriptor `output`; `root` is a descriptor of the job's area."""
    user = wanted.user
    signal.alarm(MOST_SECONDS)
    if user is not None:
        linux.become(user)
    else:
        linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    with os.fdopen(output, "wb", closefd=False) as pipe:
        _write_all(pipe, _found(root, wanted.paths), wanted)


def _write_all(pipe: BinaryIO, found: Iterator[tuple[str, int]], wanted: Wanted) -> None:
    count, room = 0, wanted.most_bytes
    for name, descriptor in found:
        status = os.fstat(descriptor)
        # A second name would make it someone else's file too.
        plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
        if plain and status.st_size <= room and count < wanted.most_files:
            content = _content(descriptor, status.st_size)
            pipe.write(json.dumps({"name": name, "size": len(content)}).encode() + b"\n" + content)
            count, room = count + 1, room - len(content)
        os.close(descriptor)


def _content(descriptor: int, size: int) -> bytes:
    parts = []
    while size > 0 and (part := os.read(descriptor, min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _found(root: int, paths: list[str]) -> Iterator[tuple[str, int]]:
    """Yield (path, open descriptor) of each candidate."""
    for path in paths:
        *folders, name = f"{WORK_FOLDER}/{path}".split("/")
        with suppress(OSError):
            yield path, os.open(name, _OPEN, dir_fd=_folder(root, "/".join(folders)))
    with suppress(OSError):
        yield from _walk(_folder(root, ARTIFACT_FOLDER), "", DEPTH, iter(range(MOST_ENTRIES)))


def _folder(root: int, path: str) -> int:
    """Open a folder one component at a time, following no link."""
    descriptor = os.dup(root)
    for part in path.split("/"):
        below = os.open(part, _OPEN_FOLDER, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    return descriptor


def _walk(folder: int, prefix: str, depth: int, budget: Iterator[int]) -> Iterator[tuple[str, int]]:
    """Yield the entries of a folder by name, then of the folders in it."""
    try:
        names = sorted(entry.name for entry, _ in zip(os.scandir(folder), budget, strict=False))
        for name in names:
            with suppress(OSError):
                # What it is, is asked before it is opened: opening a device or pipe can have effects.
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
                if stat.S_ISREG(mode):
                    yield prefix + name, os.open(name, _OPEN, dir_fd=folder)
                elif stat.S_ISDIR(mode) and depth:
                    below = os.open(name, _OPEN_FOLDER, dir_fd=folder)
                    yield from _walk(below, f"{prefix}{name}/", depth - 1, budget)
    finally:
        os.close(folder)
