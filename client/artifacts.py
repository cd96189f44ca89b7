"""Files of a job's result, written where the caller wants them and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import os
import urllib.request
from pathlib import Path
from typing import Any, Final

from client.api import ApiError

NOT_NAMES: Final = ("", ".", "..")
PROGRAMS: Final = (b"\x7fELF", b"#!")


def save(artifacts: list[dict[str, Any]], folder: Path) -> list[Path]:
    """Write each artifact into the folder, made if it isn't there; return the paths.

    Names and bytes are a stranger's: only plain names are taken, links aren't followed, and the checksum is
    compared. Raises ApiError.
    """
    if artifacts:
        folder.mkdir(parents=True, exist_ok=True)
    return [_save(artifact, folder) for artifact in artifacts]


def _save(artifact: dict[str, Any], folder: Path) -> Path:
    name = artifact["filename"]
    if name in NOT_NAMES or "/" in name or "\\" in name or "\0" in name:
        message = f"refused to write an artifact of the name {name!r}"
        raise ApiError(message)
    content = _content(artifact)
    if hashlib.sha256(content).hexdigest() != artifact["sha256"]:
        message = f"the artifact {name!r} arrived damaged: its checksum differs"
        raise ApiError(message)
    path: Path = folder / name
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o755 if content.startswith(PROGRAMS) else 0o644), "wb") as file:
        file.write(content)
    return path


def _content(artifact: dict[str, Any]) -> bytes:
    if "content_base64" in artifact:
        return base64.b64decode(artifact["content_base64"])
    url = artifact["url"]
    if not url.startswith(("https://", "http://")):
        message = "the service answered an artifact with no web address"
        raise ApiError(message)
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  # looked at above
        content: bytes = answer.read()
        return content
