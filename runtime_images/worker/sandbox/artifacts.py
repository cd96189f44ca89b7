"""What the artifact reader sends, made into CollectedFiles. Nothing it says is trusted: a job may have fooled it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Container
from typing import Final

from functions.core.job import LeftOut
from functions.core.limits import ARTIFACT_BYTES, ARTIFACTS
from runtime_images.worker.sandbox.contract import Collected, CollectedFile

NAME_BYTES: Final = 255
STREAM_BYTES: Final = ARTIFACT_BYTES + (ARTIFACTS + 1) * 64 * 1024  # the files and, at their longest, their headers


def parse(stream: bytes) -> Collected:
    """Return the files in the reader's output; where its end is missing, its time was up."""
    files: dict[str, CollectedFile] = {}
    paths: set[str] = set()
    position = 0
    while (end := stream.find(b"\n", position)) >= 0:
        header = json.loads(stream[position:end])
        if "left_out" in header:
            return Collected(list(files.values()), {LeftOut(why): count for why, count in header["left_out"].items()})
        content = stream[end + 1 : end + 1 + header["size"]]
        position = end + 1 + header["size"]
        if len(content) < header["size"] or len(files) == ARTIFACTS:
            break
        name, path = _unused(safe_name(header["name"]), files), _unused(safe_path(header["name"]), paths)
        files[name] = CollectedFile(name, path, content, hashlib.sha256(content).hexdigest())
        paths.add(path)
    return Collected(list(files.values()), {LeftOut.TIME: 1})


def safe_name(path: str) -> str:
    """Make a path one printable component of at most 255 bytes that no shell or file manager trips over."""
    text = _printable(path).replace("/", "_").replace("..", "_").lstrip(".-") or "_"
    while len(text.encode()) > NAME_BYTES:
        text = text[:-1]
    return text


def safe_path(path: str) -> str:
    """Make a path a printable one that leads below where it starts, wherever it is joined to."""
    parts = _printable(path).split("/")
    return "/".join("_" if part in ("", ".", "..") else part for part in parts)


def _printable(path: str) -> str:
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = unicodedata.normalize("NFC", text)
    text = "".join(character if character.isprintable() else "_" for character in text)
    return re.sub(r"\\", "_", text)


def _unused(name: str, taken: Container[str]) -> str:
    """Return the name, or with a number in front when it was made of two different ones."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{number}_{name}"[: NAME_BYTES // 4]
    return candidate
