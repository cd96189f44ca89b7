"""What a job leaves, made fit for the answer: streams as text, files as artifacts."""

from __future__ import annotations

import base64
import codecs
import json
from typing import Final

from functions.core.job import Artifact
from functions.core.work import WorkQueue
from runtime_images.worker.sandbox.contract import CollectedFile, Output

ANSWER_BYTES: Final = 5_500_000  # of Lambda's 6 MB; what remains is for the answer's other fields
INLINE_ARTIFACT_BYTES: Final = 2_500_000  # at most, whatever room the streams leave
REST_BYTES: Final = 3  # at most, of a character in UTF-8 without its first byte, or without its last


def text(output: Output, *, ended: bool) -> str:
    """Return a stream as text; what isn't UTF-8 becomes replacement characters.

    One that was cut, or whose program was ended (`ended` false), has no part of a character at its end.
    """
    data = output.bytes() if ended and not output.truncated else _without_part(output.bytes())
    return data.decode("utf-8", "replace")


def tail(output: Output, size: int) -> bytes:
    """Return at most `size` bytes of what a stream ends with so far, with no part of a character at either end."""
    data = output.tail(size + 1)
    if len(data) > size:
        data = data[1:]
        rest = next((n for n, byte in enumerate(data[:REST_BYTES]) if byte & 0xC0 != 0x80), REST_BYTES)
        data = data[rest:]
    return _without_part(data)


def _without_part(data: bytes) -> bytes:
    """Return the bytes less the beginning of a character that they end with."""
    end = data[-REST_BYTES:]
    _, used = codecs.utf_8_decode(end, "replace", False)
    return data[: len(data) - len(end) + used]


def inline_room(*streams: str) -> int:
    """Return the bytes of artifacts that fit into an answer beside these streams; base64 adds a third to them."""
    written = sum(len(json.dumps(each, ensure_ascii=False).encode()) for each in streams)
    return max(0, min(INLINE_ARTIFACT_BYTES, (ANSWER_BYTES - written) * 3 // 4))


def publish(collected: list[CollectedFile], job_id: str, work: WorkQueue, room: int) -> list[Artifact]:
    """Return the artifacts, inline while they fit into `room` bytes, the rest written to files."""
    artifacts = []
    for index, file in enumerate(collected):
        artifact = Artifact(filename=file.filename, path=file.path, size=len(file.content), sha256=file.sha256)
        if len(file.content) <= room:
            room -= len(file.content)
            artifact.content_base64 = base64.b64encode(file.content).decode()
        else:
            artifact.key = f"results/{job_id}/{index}"
            work.put(artifact.key, file.content)
        artifacts.append(artifact)
    return artifacts
