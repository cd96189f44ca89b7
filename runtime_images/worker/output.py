"""What a job leaves, made fit for the answer: streams as text, files as artifacts."""

from __future__ import annotations

import base64
from typing import Final

from functions.core.files import FileStore
from functions.core.job import Artifact
from runtime_images.worker.sandbox.contract import CollectedFile, Output

# An answer has about 4 MB on Lambda; base64 adds a third, and the streams want room too.
INLINE_ARTIFACT_BYTES: Final = 2_500_000


def text(output: Output) -> str:
    """Return a stream as text; what isn't UTF-8 becomes replacement characters."""
    return output.bytes().decode("utf-8", "replace")


def publish(collected: list[CollectedFile], job_id: str, files: FileStore) -> list[Artifact]:
    """Return the artifacts, inline while they fit the answer, the rest written to S3."""
    artifacts = []
    room = INLINE_ARTIFACT_BYTES
    for index, file in enumerate(collected):
        artifact = Artifact(filename=file.filename, size=len(file.content), sha256=file.sha256)
        if len(file.content) <= room:
            room -= len(file.content)
            artifact.content_base64 = base64.b64encode(file.content).decode()
        else:
            artifact.key = f"results/{job_id}/{index}"
            files.put(artifact.key, file.content)
        artifacts.append(artifact)
    return artifacts
