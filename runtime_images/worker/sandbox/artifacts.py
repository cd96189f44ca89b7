"""What the artifact reader sends, made into CollectedFiles. Nothing it says is trusted: a job may have fooled it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import Final

from functions.core.limits import ARTIFACT_BYTES, ARTIFACTS
from runtime_images.worker.sandbox.contract import CollectedFile

NAME_BYTES: Final = 255
STREAM_BYTES: Final = ARTIFACT_BYTES + ARTIFACTS * 64 * 1024  # the files and, at their longest, their headers


def parse(stream: bytes) -> list[CollectedFile]:
    """Return the files in the reader's output; a broken rest is dropped."""
    files: dict[str, CollectedFile] = {}
    position = 0
    while len(files) < ARTIFACTS and (end := stream.find(b"\n", position)) >= 0:
        header = json.loads(stream[position:end])
        content = stream[end + 1 : end + 1 + header["size"]]
        position = end + 1 + header["size"]
        if len(content) == header["size"]:
            name = _unused(safe_name(header["name"]), files)
            files[name] = CollectedFile(name, content, hashlib.sha256(content).hexdigest())
    return list(files.values())


def safe_name(path: str) -> str:
    """Make a path one printable component of at most 255 bytes that no shell or file manager trips over."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = unicodedata.normalize("NFC", text)
    text = "".join(character if character.isprintable() else "_" for character in text)
    text = re.sub(r"[/\\]", "_", text).replace("..", "_").lstrip(".-") or "_"
    while len(text.encode()) > NAME_BYTES:
        text = text[:-1]
    return text


def _unused(name: str, taken: dict[str, CollectedFile]) -> str:
    """Return the name, or with a number in front when it was made of two different ones."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{number}_{name}"[: NAME_BYTES // 4]
    return candidate
