"""The objects of the wire contract: exactly which keys, of which types, and what must hold between them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from tests.client import Answer, Client

Shape = Mapping[str, type | tuple[type, ...]]

RESULT: Final[Shape] = {
    "success": bool,
    "stdout": str,
    "stderr": str,
    "exit_code": int,
    "error": (str, type(None)),
    "language": str,
    "job_id": str,
    "status": str,
    "artifacts": list,
    "artifacts_total": int,
    "artifacts_truncated": bool,
    "artifacts_left_out": dict,
    "execution_mode": str,
    "network_mode": str,
    "total_time_ms": int,
    "execution_time_ms": int,
    "execution_time": int,
    "compile_time_ms": int,
    "queue_time_ms": int,
    "cpu_time_ms": int,
    "max_memory_kb": int,
    "stdout_truncated": bool,
    "stderr_truncated": bool,
}
DETECTED: Final[Shape] = {"detected_language": str}
ACCEPTED: Final[Shape] = {"job_id": str, "status": str, "message": str}
JOB: Final[Shape] = {
    "job_id": str,
    "status": str,
    "language": str,
    "network_mode": str,
    "created_at": int,
    "started_at": (int, type(None)),
    "completed_at": (int, type(None)),
    "result": (dict, type(None)),
}
WEBHOOK: Final[Shape] = {
    "url": str,
    "status": str,
    "attempts": int,
    "last_attempt_at": (int, type(None)),
    "next_attempt_at": (int, type(None)),
    "response_status": (int, type(None)),
    "error": (str, type(None)),
}
PARTIAL: Final[Shape] = {"stdout": str, "stderr": str}
LISTED: Final[Shape] = {
    "job_id": str,
    "status": str,
    "language": str,
    "network_mode": str,
    "submitted_at": str,
    "created_at": int,
}
CANCELLED: Final[Shape] = {
    "message": str,
    "job_id": str,
    "status": str,
    "result": dict,
    "stdout": str,
    "stderr": str,
    "success": bool,
    "artifacts": list,
}
STATUSES: Final = {"pending", "running", "completed", "timeout", "cancelled"}


def check(body: Mapping[str, Any], shape: Shape) -> None:
    """Assert that an object has exactly these keys, of these types (true isn't an integer)."""
    assert set(body) == set(shape), set(body) ^ set(shape)
    for name, kind in shape.items():
        kinds = kind if isinstance(kind, tuple) else (kind,)
        assert type(body[name]) in kinds, (name, body[name])


TESTED: Final[Shape] = {"tests": list, "passed": int}
TEST: Final[Shape] = {
    "name": (str, type(None)),
    "passed": bool,
    "stdout": str,
    "stderr": str,
    "exit_code": int,
    "error": (str, type(None)),
    "execution_time_ms": int,
    "cpu_time_ms": int,
    "max_memory_kb": int,
    "status": str,
    "stdout_truncated": bool,
    "stderr_truncated": bool,
}


def check_tests(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Assert that this is the Result of a submission with tests; return what each gave."""
    check_result({name: value for name, value in result.items() if name not in TESTED})
    check({name: result[name] for name in TESTED}, TESTED)
    tests: list[dict[str, Any]] = result["tests"]
    for test in tests:
        check(test, TEST)
        assert test["status"] in ("completed", "timeout", "cancelled", "skipped")
        assert (test["exit_code"] == -1) is (test["status"] != "completed")
    assert result["passed"] == sum(test["passed"] for test in tests)
    assert result["success"] is (result["passed"] == len(tests))
    return tests


def check_result(result: Mapping[str, Any], *, detected: bool = False) -> None:
    """Assert that this is a Result, consistent with itself."""
    check(result, {**RESULT, **(DETECTED if detected else {})})
    assert str(uuid.UUID(result["job_id"])) == result["job_id"]
    assert result["status"] in STATUSES - {"pending", "running"}
    assert result["success"] is (result["status"] == "completed" and result["exit_code"] == 0)
    assert (result["exit_code"] == -1) >= (result["status"] in ("timeout", "cancelled"))
    left_out = sum(result["artifacts_left_out"].values())
    assert result["artifacts_total"] == len(result["artifacts"]) + left_out
    assert result["artifacts_truncated"] is (left_out > 0)
    assert result["execution_mode"] in ("pooled", "on_demand")
    assert result["network_mode"] in ("zerotrust", "semitrusted")
    assert result["execution_time"] == result["execution_time_ms"]
    assert all(result[name] >= 0 for name in RESULT if name.endswith(("_ms", "_kb")))
    assert result["total_time_ms"] >= result["execution_time_ms"] + result["compile_time_ms"]


def check_job(job: Mapping[str, Any], *, detected: bool = False, webhook: bool = False) -> None:
    """Assert that this is a Job whose fields fit its status."""
    running = job["status"] == "running"
    check(job, {**JOB, **({"partial": dict} if running else {}), **({"webhook": dict} if webhook else {})})
    if webhook:
        check(job["webhook"], WEBHOOK)
    assert job["status"] in STATUSES
    ended = job["status"] not in ("pending", "running")
    assert (job["completed_at"] is not None) is ended
    assert (job["result"] is not None) is ended
    assert job["started_at"] is None if job["status"] == "pending" else True
    if running:
        check(job["partial"], PARTIAL)
        assert job["started_at"] >= job["created_at"]
    if ended:
        check_result(job["result"], detected=detected)
        assert job["result"]["status"] == job["status"]
        assert job["result"]["job_id"] == job["job_id"]
        assert job["completed_at"] >= job["created_at"]


def check_error(answer: Answer, http_status: int, code: str, **extra: Any) -> dict[str, Any]:
    """Assert that this is an error in the one shape, with these further fields, and return it."""
    assert answer.status == http_status, answer.text
    body: dict[str, Any] = answer.json
    assert body["error"] == code
    assert set(body) - {"details"} == {"error", "message", *extra}, body
    assert {name: body[name] for name in extra} == extra
    assert body["message"].endswith((".", "?"))
    for detail in body.get("details", []):
        assert detail["field"]
        assert detail["message"]
    return body


def available(api: Client, language: str) -> bool:
    """Whether this deployment can run the language; where it can't, its answer must say what to install."""
    details = api.request("GET", "/languages?details=true").json["details"]
    if not details[language]["available"]:
        answer = api.post("/execute", {"language": language, "code": "x"})
        body = check_error(answer, 422, "not_available")
        assert "apt-get install" in body["message"] or "scripts/images" in body["message"], body
        assert body["message"] == details[language]["unavailable_reason"]
        assert body["details"][0]["field"] == "language"
        return False
    return True
