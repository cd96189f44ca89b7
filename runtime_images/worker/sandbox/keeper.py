"""The keeper: packs up the files of a job when its compiler has ended, and lays them out again for each test.

Like the artifact reader it runs in a child of the spawner's, as the program's user and without any privilege, when
every process of the job is dead. It follows no link; so the worst that a malicious tree can do to it is to end it.

What it writes is, for each entry, a line of JSON and, for a file, its bytes: {"name", "mode"} a folder, with "size"
and "time" a file, with "target" a symbolic link, with "same" another name of an earlier file. Devices, pipes and
sockets, and what its owner may not read, are left out.
"""

from __future__ import annotations

import json
import os
import signal
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from runtime_images.worker.sandbox import linux

FOLDERS: Final = ("work", "tmp")  # compilers leave what belongs to a program in either
MOST_ENTRIES: Final = 20_000
MOST_SECONDS: Final = 20
DEPTH: Final = 40
MODES: Final = 0o777

_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER: Final = _READ | os.O_DIRECTORY
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class TooMuchError(Exception):
    """There is more than is kept."""


def give_up_privilege(user: int | None) -> None:
    """Become `user`, or without one this process's own without capabilities; and end soon, whatever happens."""
    signal.alarm(MOST_SECONDS)
    if user is not None:
        linux.become(user)
    else:
        linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)


def pack(most_bytes: int, root: int, output: int) -> None:
    """Write what is in the folders of the area `root` to the descriptor `output`. Raises TooMuchError."""
    with os.fdopen(output, "wb", closefd=False) as pipe:
        packing = _Packing(pipe, most_bytes)
        for name in FOLDERS:
            packing.folder(os.open(name, _FOLDER, dir_fd=root), f"{name}/", DEPTH)


@dataclass(slots=True)
class _Packing:
    """What was written so far."""

    pipe: BinaryIO
    room: int
    entries: int = MOST_ENTRIES
    files: dict[tuple[int, int], str] = field(default_factory=dict)  # that have several names

    def folder(self, descriptor: int, prefix: str, depth: int) -> None:
        """Write what is in a folder, and close it."""
        try:
            for entry in sorted(os.listdir(descriptor)):
                with suppress(PermissionError):
                    self._entry(descriptor, entry, prefix, depth)
        finally:
            os.close(descriptor)

    def _entry(self, folder: int, entry: str, prefix: str, depth: int) -> None:
        # What it is, is asked before it is opened: opening a device or pipe can have effects.
        status = os.stat(entry, dir_fd=folder, follow_symlinks=False)
        name = prefix + entry
        if stat.S_ISLNK(status.st_mode):
            self._line(name=name, target=os.readlink(entry, dir_fd=folder))
        elif stat.S_ISREG(status.st_mode):
            self._file(folder, entry, name)
        elif stat.S_ISDIR(status.st_mode):
            if not depth:
                raise TooMuchError
            below = os.open(entry, _FOLDER, dir_fd=folder)
            self._line(name=name, mode=status.st_mode & MODES)
            self.folder(below, name + "/", depth - 1)

    def _file(self, folder: int, entry: str, name: str) -> None:
        descriptor = os.open(entry, _READ, dir_fd=folder)
        try:
            status = os.fstat(descriptor)
            first = self.files.setdefault((status.st_dev, status.st_ino), name) if status.st_nlink > 1 else name
            if first != name:
                self._line(name=name, same=first)
                return
            self.room -= status.st_size
            if self.room < 0:
                raise TooMuchError
            self._line(name=name, mode=status.st_mode & MODES, size=status.st_size, time=status.st_mtime_ns)
            _copy(descriptor, self.pipe, status.st_size)
        finally:
            os.close(descriptor)

    def _line(self, **entry: Any) -> None:
        self.entries -= 1
        if self.entries < 0:
            raise TooMuchError
        self.pipe.write(json.dumps(entry).encode() + b"\n")


def _copy(source: int, target: BinaryIO, size: int) -> None:
    while size:
        part = os.read(source, min(size, 1 << 20))
        if not part:
            raise EOFError
        target.write(part)
        size -= len(part)


def unpack(root: int, packed: int) -> None:
    """Have in the folders of the area `root` what `packed` says, and nothing else."""
    for name in FOLDERS:
        folder = os.open(name, _FOLDER, dir_fd=root)
        _clear(folder)
        os.close(folder)
    modes: list[tuple[str, int]] = []
    with os.fdopen(os.dup(packed), "rb") as file:
        file.seek(0)
        while line := file.readline():
            entry = json.loads(line)
            _lay_out(root, entry, file)
            if "mode" in entry and "size" not in entry:
                modes.append((entry["name"], entry["mode"]))
    for name, mode in reversed(modes):  # last, for one that may not be written to is to be filled
        descriptor = _open_folder(root, name)
        os.fchmod(descriptor, mode)
        os.close(descriptor)


def _clear(folder: int) -> None:
    for entry in os.listdir(folder):
        if stat.S_ISDIR(os.stat(entry, dir_fd=folder, follow_symlinks=False).st_mode):
            below = os.open(entry, _FOLDER, dir_fd=folder)
            _clear(below)
            os.close(below)
            os.rmdir(entry, dir_fd=folder)
        else:
            os.unlink(entry, dir_fd=folder)


def _lay_out(root: int, entry: dict[str, Any], contents: BinaryIO) -> None:
    path, _, name = entry["name"].rpartition("/")
    folder = _open_folder(root, path)
    try:
        if "target" in entry:
            os.symlink(entry["target"], name, dir_fd=folder)
        elif "same" in entry:
            _link(root, entry["same"], folder, name)
        elif "size" in entry:
            _write(os.open(name, _NEW, 0o600, dir_fd=folder), entry, contents)
        else:
            os.mkdir(name, 0o700, dir_fd=folder)
    finally:
        os.close(folder)


def _link(root: int, first: str, folder: int, name: str) -> None:
    path, _, existing = first.rpartition("/")
    source = _open_folder(root, path)
    try:
        os.link(existing, name, src_dir_fd=source, dst_dir_fd=folder, follow_symlinks=False)
    finally:
        os.close(source)


def _write(descriptor: int, entry: dict[str, Any], contents: BinaryIO) -> None:
    with os.fdopen(descriptor, "wb") as file:
        left = entry["size"]
        while left:
            part = contents.read(min(left, 1 << 20))
            if not part:
                raise EOFError
            file.write(part)
            left -= len(part)
        file.flush()
        os.fchmod(descriptor, entry["mode"])
        os.utime(descriptor, ns=(entry["time"], entry["time"]))


def _open_folder(root: int, path: str) -> int:
    """Open a folder one component at a time, following no link."""
    descriptor = os.dup(root)
    for part in path.split("/"):
        below = os.open(part, _FOLDER, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    return descriptor
