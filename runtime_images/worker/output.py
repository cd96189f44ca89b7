"""What a job leaves, made fit for the answer: streams as text, files as artifacts."""

from __future__ import annotations

import base64
import json
from typing import Final

from functions.core.job import Artifact
from functions.core.work import WorkQueue
from runtime_images.worker.sandbox.contract import CollectedFile, Output

ANSWER_BYTES: Final = 5_500_000  # of Lambda's 6 MB; what remains is for the answer's other fields
INLINE_ARTIFACT_BYTES: Final = 2_500_000  # at most, whatever room the streams leave


def text(output: Output) -> str:
    """Return a stream as text; what isn't UTF-8 becomes replacement characters."""
    return output.bytes().decode("utf-8", "replace")


def inline_room(*streams: Output) -> int:
    """Return the bytes of artifacts that fit into an answer beside these streams; base64 adds a third to them."""
    written = sum(len(json.dumps(text(each), ensure_ascii=False).encode()) for each in streams)
    return max(0, min(INLINE_ARTIFACT_BYTES, (ANSWER_BYTES - written) * 3 // 4))


def publish(collected: list[CollectedFile], job_id: str, work: WorkQueue, room: int) -> list[Artifact]:
    """Return the artifacts, inline while they fit into `room` bytes, the rest written to files."""
    artifacts = []
    for index, file in enumerate(collected):
        artifact = Artifact(filename=file.filename, size=len(file.content), sha256=file.sha256)
        if len(file.content) <= room:
            room -= len(file.content)
            artifact.content_base64 = base64.b64encode(file.content).decode()
        else:
            artifact.key = f"results/{job_id}/{index}"
            work.put(artifact.key, file.content)
        artifacts.append(artifact)
    return artifacts
