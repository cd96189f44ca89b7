"""Batches: many programs submitted at once, and the results of many jobs."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from client.api import Api, ApiError

T = TypeVar("T")

AT_ONCE: Final = 100  # the service's limit, of submissions and of ids
FIRST_LOOK: Final = 0.1
LOOK_GROWTH: Final = 1.3
LAST_LOOK: Final = 2.0


def submit(api: Api, submissions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Submit programs; return, in their order, each one's `job_id` and `status`, or the `error` and `message`.

    Raises ApiError where a request is refused as a whole.
    """
    accepted: list[dict[str, Any]] = []
    for part in _parts(list(submissions)):
        accepted += api.post("/execute/batch", {"submissions": part}, once=str(uuid.uuid4()))["jobs"]
    return accepted


def results(api: Api, job_ids: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Wait for jobs; yield the id and the result of each as soon as it has ended. Raises ApiError."""
    waiting = list(dict.fromkeys(job_ids))
    pause = FIRST_LOOK
    while waiting:
        ended = [job for part in _parts(waiting) for job in _ended(api, part)]
        for job in ended:
            yield job["job_id"], job["result"]
        waiting = [job_id for job_id in waiting if job_id not in {job["job_id"] for job in ended}]
        pause = FIRST_LOOK if ended else min(pause * LOOK_GROWTH, LAST_LOOK)
        if waiting:
            time.sleep(pause)


def run(api: Api, programs: Mapping[str, dict[str, Any]]) -> int:
    """Run programs, by their names, and show what each printed as it ends; return 0 where all end well, else 1."""
    accepted = dict(zip(programs, submit(api, programs.values()), strict=True))
    for name, job in accepted.items():
        if "error" in job:
            sys.stderr.write(f"{name}: {job['message']}\n")
    names = {job["job_id"]: name for name, job in accepted.items() if "job_id" in job}
    failed = len(accepted) - len(names)
    for job_id, result in results(api, names):
        why = result["error"] or f"exit code {result['exit_code']}"
        sys.stdout.write(f"== {names[job_id]}: {'ok' if result['success'] else why}\n{result['stdout']}")
        sys.stdout.flush()
        sys.stderr.write(result["stderr"])
        failed += not result["success"]
    return int(failed > 0)


def _parts(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    return (all_of_them[start : start + AT_ONCE] for start in range(0, len(all_of_them), AT_ONCE))


def _ended(api: Api, job_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield those of the jobs that have ended, with their results."""
    for job in api.get(f"/jobs?ids={','.join(job_ids)}")["jobs"]:
        if "error" in job:
            message = f"{job['job_id']}: {job['message']}"
            raise ApiError(message)
        if job.get("result_left_out"):  # the answer had no room for it
            yield api.get(f"/jobs/{job['job_id']}")
        elif job["result"] is not None:
            yield job
