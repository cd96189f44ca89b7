"""Rows of the jobs table, to and from the domain's Job; what each column means is said in schema.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from functions.core.files import FileStore
from functions.core.job import Job, NetworkMode, Status
from functions.core.webhooks import Delivery

COLUMNS: Final = (  # of a job, without what was submitted
    "job_id, owner, status, language, network_mode, detected_language, fingerprint, created_ms, started_ms,"
    " completed_ms, request_id, webhook"
)
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once, not at each end

Row = tuple[Any, ...]


def new_row(job: Job) -> Row:
    """Return the values of a new pending job: its COLUMNS, when its webhook is due, and when it was sent."""
    return (
        job.job_id,
        job.owner,
        job.status,
        job.language,
        job.network_mode,
        job.detected_language,
        job.fingerprint,
        job.created_ms,
        None,
        None,
        job.request_id,
        job.webhook.model_dump_json(exclude_defaults=True) if job.webhook else None,
        job.webhook.next_ms if job.webhook else None,
        job.created_ms,
    )


def job_of(row: Row, result: dict[str, Any] | None = None, stdout: bytes = b"", stderr: bytes = b"") -> Job:
    """Return the job of a row that begins with COLUMNS, with its result and what its program has printed so far."""
    return Job(
        job_id=row[0],
        owner=row[1],
        status=Status(row[2]),
        language=row[3],
        network_mode=NetworkMode(row[4]),
        detected_language=row[5],
        fingerprint=row[6],
        created_ms=row[7],
        started_ms=row[8],
        completed_ms=row[9],
        request_id=row[10],
        webhook=Delivery.model_validate_json(row[11]) if row[11] else None,
        result=result,
        partial_stdout=stdout.decode("utf-8", "replace"),
        partial_stderr=stderr.decode("utf-8", "replace"),
    )


def written(result: Mapping[str, Any]) -> bytes:
    """Return a result as it is recorded."""
    return _JSON.encode(result).encode()


def shown(result: Mapping[str, Any], files: FileStore) -> dict[str, Any]:
    """Return a result as the customer receives it: its artifacts' keys made into URLs."""
    artifacts = [_shown_artifact(artifact, files) for artifact in result.get("artifacts", ())]
    return {**result, "artifacts": artifacts}


def _shown_artifact(artifact: Mapping[str, Any], files: FileStore) -> dict[str, Any]:
    shown = dict(artifact)
    if "key" in shown:
        shown["url"] = files.url(shown.pop("key"))
    return shown
