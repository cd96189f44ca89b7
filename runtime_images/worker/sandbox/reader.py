"""The artifact reader: runs in a child of the spawner's, gives up all privilege, and reads what a job left.

By now every process of the job is dead. It follows no link, opens no device or pipe, and stops at the limits;
so the worst that a malicious tree can do to it is to end it. For each file it writes a line of JSON
({"name", "size"}) and then that many bytes; at the end, a line that counts what was left out ({"left_out": {reason:
count}}, the reasons those of functions.core.job.LeftOut, which is too large to be imported here).
"""

from __future__ import annotations

import json
import os
import signal
import stat
from collections import Counter
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


def _write_all(pipe: BinaryIO, found: Iterator[tuple[str, int | str]], wanted: Wanted) -> None:
    count, room = 0, wanted.most_bytes
    left_out: Counter[str] = Counter()
    for name, candidate in found:
        if isinstance(candidate, str):
            left_out[candidate] += 1
            continue
        status = os.fstat(candidate)
        # A second name would make it someone else's file too.
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            left_out["kind"] += 1
        elif count == wanted.most_files:
            left_out["files"] += 1
        elif status.st_size > room:
            left_out["bytes"] += 1
        else:
            content = _content(candidate, status.st_size)
            pipe.write(json.dumps({"name": name, "size": len(content)}).encode() + b"\n" + content)
            count, room = count + 1, room - len(content)
        os.close(candidate)
    pipe.write(json.dumps({"left_out": left_out}).encode() + b"\n")


def _content(descriptor: int, size: int) -> bytes:
    parts = []
    while size > 0 and (part := os.read(descriptor, min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _found(root: int, paths: list[str]) -> Iterator[tuple[str, int | str]]:
    """Yield (path, open descriptor) of each candidate, or in its place the reason why there is none."""
    for path in paths:
        *folders, name = f"{WORK_FOLDER}/{path}".split("/")
        with suppress(OSError):
            yield path, os.open(name, _OPEN, dir_fd=_folder(root, "/".join(folders)))
    try:
        folder = _folder(root, ARTIFACT_FOLDER)
    except FileNotFoundError:
        return
    except OSError:
        yield ARTIFACT_FOLDER, "unreadable"
        return
    yield from _walk(folder, "", DEPTH, iter(range(MOST_ENTRIES)))


def _folder(root: int, path: str) -> int:
    """Open a folder one component at a time, following no link."""
    descriptor = os.dup(root)
    for part in path.split("/"):
        below = os.open(part, _OPEN_FOLDER, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    return descriptor


def _walk(folder: int, prefix: str, depth: int, budget: Iterator[int]) -> Iterator[tuple[str, int | str]]:
    """Yield the entries of a folder by name, those of the folders in it among them."""
    try:
        entries = os.scandir(folder)
        names = sorted(entry.name for _, entry in zip(budget, entries, strict=False))
        for name in names:
            opened = _open(folder, name)
            if isinstance(opened, str) or not stat.S_ISDIR(os.fstat(opened).st_mode):
                yield prefix + name, opened
            elif depth:
                yield from _walk(opened, f"{prefix}{name}/", depth - 1, budget)
            else:
                os.close(opened)
                yield prefix + name, "depth"
        yield from ((prefix + entry.name, "entries") for entry in entries)
    finally:
        os.close(folder)


def _open(folder: int, name: str) -> int | str:
    """Open a file or a folder, or return the reason why not."""
    try:
        # What it is, is asked before it is opened: opening a device or pipe can have effects.
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISREG(mode):
            return os.open(name, _OPEN, dir_fd=folder)
        return os.open(name, _OPEN_FOLDER, dir_fd=folder) if stat.S_ISDIR(mode) else "kind"
    except OSError:
        return "unreadable"
