"""Items of the jobs table, to and from the domain's Job; what each attribute means is said in schema.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.core import limits
from functions.core.job import Job, NetworkMode, Status
from functions.core.webhooks import Delivery

Item = Mapping[str, Any]


def new_item(job: Job) -> dict[str, Any]:
    """Return the item of a new pending job, still without its submission."""
    item: dict[str, Any] = {
        "job_id": {"S": job.job_id},
        "owner": {"S": job.owner},
        "active_owner": {"S": job.owner},
        "status": {"S": job.status},
        "language": {"S": job.language},
        "network_mode": {"S": job.network_mode},
        "created_at": {"N": str(job.created_ms)},
        "sent_at": {"N": str(job.created_ms)},
        "expires_at": {"N": str(job.created_ms // 1000 + limits.JOB_RECORD_SECONDS)},
    }
    if job.watched:
        item["watched"] = {"BOOL": True}
    for name in ("detected_language", "fingerprint", "request_id"):
        if getattr(job, name):
            item[name] = {"S": getattr(job, name)}
    if job.webhook:
        item["webhook"] = {"S": job.webhook.model_dump_json(exclude_defaults=True)}
        item["webhook_step"] = {"S": job.webhook.step}
        item["untold"] = {"S": job.owner}
    return item


def job_of(item: Item, result: dict[str, Any] | None) -> Job:
    """Return the job of an item, with its result, which may lie elsewhere."""
    return Job(
        job_id=item["job_id"]["S"],
        owner=item["owner"]["S"],
        status=Status(item["status"]["S"]),
        language=item["language"]["S"],
        network_mode=NetworkMode(item["network_mode"]["S"]),
        detected_language=text(item, "detected_language"),
        fingerprint=text(item, "fingerprint"),
        request_id=text(item, "request_id"),
        watched="watched" in item,
        created_ms=int(item["created_at"]["N"]),
        started_ms=number(item, "started_at"),
        completed_ms=number(item, "completed_at"),
        result=result,
        webhook=Delivery.model_validate_json(item["webhook"]["S"]) if "webhook" in item else None,
    )


def payload_is_inline(item: Item) -> bool:
    """Whether an item's submission is JSON rather than an S3 key."""
    submission: str = item["submission"]["S"]
    return submission.startswith("{")


def text(item: Item, name: str) -> str | None:
    """Return a text of an item; None where it has none."""
    return item[name]["S"] if name in item else None


def number(item: Item, name: str) -> int | None:
    """Return a number of an item; None where it has none."""
    return int(item[name]["N"]) if name in item else None


def output_key(job_id: str) -> dict[str, Any]:
    """Return the key of the item that has a running job's output so far."""
    return {"job_id": {"S": f"output/{job_id}"}}


def shown(item: Item) -> dict[str, str]:
    """Return the fields of a job that an item of output fills."""
    return {f"partial_{name}": bytes(item[name]["B"]).decode("utf-8", "replace") for name in ("stdout", "stderr")}
