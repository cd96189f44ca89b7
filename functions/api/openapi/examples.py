"""An example of each answer, for the document; a test holds each to its schema."""

from __future__ import annotations

from typing import Any, Final

JOB_ID: Final = "0b9d7c1e-6f0e-4a53-9d3c-2f1f3f9f7f10"
SUBMITTED: Final = 1_795_651_200

RESULT: Final[dict[str, Any]] = {
    "success": True,
    "stdout": "42\n",
    "stderr": "",
    "exit_code": 0,
    "error": None,
    "language": "python",
    "job_id": JOB_ID,
    "status": "completed",
    "artifacts": [],
    "artifacts_total": 0,
    "artifacts_truncated": False,
    "artifacts_left_out": {},
    "execution_mode": "pooled",
    "network_mode": "zerotrust",
    "total_time_ms": 48,
    "execution_time_ms": 31,
    "execution_time": 31,
    "compile_time_ms": 0,
    "queue_time_ms": 6,
    "cpu_time_ms": 24,
    "max_memory_kb": 9120,
    "stdout_truncated": False,
    "stderr_truncated": False,
}
CANCELLED: Final[dict[str, Any]] = {
    **RESULT,
    "success": False,
    "stdout": "so far\n",
    "exit_code": -1,
    "error": "cancelled",
    "status": "cancelled",
}
JOB: Final[dict[str, Any]] = {
    "job_id": JOB_ID,
    "status": "completed",
    "language": "python",
    "network_mode": "zerotrust",
    "created_at": SUBMITTED,
    "started_at": SUBMITTED,
    "completed_at": SUBMITTED + 1,
    "result": RESULT,
}
WEBHOOK: Final[dict[str, Any]] = {
    "url": "https://example.com/jobs",
    "status": "delivered",
    "attempts": 1,
    "last_attempt_at": SUBMITTED + 1,
    "next_attempt_at": None,
    "response_status": 204,
    "error": None,
}

ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "ResultAnswer": RESULT,
    "StillRunning": {"job_id": JOB_ID, "status": "running"},
    "Accepted": {
        "job_id": JOB_ID,
        "status": "pending",
        "message": f"Job accepted; poll GET /jobs/{JOB_ID} for its result.",
    },
    "BatchAnswer": {
        "jobs": [
            {"job_id": JOB_ID, "status": "pending"},
            {"error": "unknown_language", "message": "There is no language 'pyton'. Did you mean python?"},
        ]
    },
    "JobsByIds": {"jobs": [JOB, {"job_id": "1", "error": "not_found", "message": "There is no job with this id."}]},
    "JobAnswer": {**JOB, "webhook": WEBHOOK},
    "JobEnded": JOB,
    "WebhookAnswer": WEBHOOK,
    "JobList": {
        "jobs": [
            {
                "job_id": JOB_ID,
                "status": "running",
                "language": "python",
                "network_mode": "zerotrust",
                "submitted_at": "2026-11-26T00:00:00.000Z",
                "created_at": SUBMITTED,
            }
        ]
    },
    "InputTaken": {"job_id": JOB_ID, "received": 4},
    "Cancelled": {
        "message": "Job cancelled",
        "job_id": JOB_ID,
        "status": "cancelled",
        "result": CANCELLED,
        **{name: CANCELLED[name] for name in ("stdout", "stderr", "success", "artifacts")},
    },
    "ArtifactAnswer": {
        "filename": "table.csv",
        "path": "table.csv",
        "content_base64": "eCx5CjEsMQo=",
        "size": 8,
        "sha256": "189beab8f7ef675bedb30499eafa00f9c0bb872a416c2bd4aeb8e2ed4744c55d",
        "type": "base64",
    },
    "Languages": {
        "languages": ["bash", "python"],
        "aliases": {"py": "python", "python3": "python", "sh": "bash"},
        "count": 2,
    },
    "UploadForm": {
        "upload_id": "5e1f9a52-6c7e-4a6b-8d5e-7a8f0a4b3c2d",
        "url": "https://bucket.s3.amazonaws.com/",
        "fields": {"key": "uploads/unsb-pk-abcd-efgh-ijkl-mnop/5e1f9a52", "policy": "…", "x-amz-signature": "…"},
        "expires_in": 900,
        "max_bytes": 5_242_880,
    },
    "KeyFacts": {
        "valid": True,
        "public_key": "unsb-pk-abcd-efgh-ijkl-mnop",
        "tier": "standard",
        "status": "active",
        "valid_through_datetime": "2026-12-26T00:00:00Z",
        "valid_for_human": "30 days",
        "rate_per_minute": 600,
        "burst": 100,
        "concurrency": 100,
        "one_job_per_signature": False,
    },
    "InvalidKey": {"valid": False, "reason": "expired"},
    "Health": {"status": "ok", "languages": 44},
}
