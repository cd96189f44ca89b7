"""The worker's side of the keeper: what it packs lies in the worker's own memory, where no program gets at it."""

from __future__ import annotations

import errno
import os
from typing import Final

from functions.core.limits import KEPT_BYTES
from runtime_images.worker.sandbox.contract import Kept
from runtime_images.worker.sandbox.process import Spawner

HEADERS_BYTES: Final = 16 << 20  # of all entries
CHUNK_BYTES: Final = 1 << 20


def pack(spawner: Spawner, root: int, user: int | None) -> Kept | None:
    """Return what is in an area's folders, read as `user`; None where that is more than is kept."""
    memory = os.memfd_create("kept", os.MFD_CLOEXEC)
    reading, writing = os.pipe2(os.O_CLOEXEC)
    try:
        try:
            spawner.request({"pack": KEPT_BYTES, "user": user}, (root, writing))
        finally:
            os.close(writing)
        whole = _receive(reading, memory)
    finally:
        os.close(reading)  # a keeper that has more to say ends by that
    if spawner.answer()["status"] == 0 and whole:
        return Kept(memory)
    os.close(memory)
    return None


def _receive(reading: int, memory: int) -> bool:
    """Write a pipe's bytes into memory; False where there are too many."""
    room = KEPT_BYTES + HEADERS_BYTES
    while data := os.read(reading, CHUNK_BYTES):
        room -= len(data)
        if room < 0:
            return False
        while data:
            data = data[os.write(memory, data) :]
    return True


def unpack(spawner: Spawner, root: int, user: int | None, kept: Kept) -> None:
    """Lay out in an area's folders what was kept, as `user`. Raises OSError."""
    spawner.request({"unpack": True, "user": user}, (root, kept.fileno()))
    if spawner.answer()["status"] != 0:
        raise OSError(errno.EIO, "the compiled files could not be laid out again")
