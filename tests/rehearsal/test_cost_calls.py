"""The cost table's count of AWS calls, held to the rehearsal's own log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from infra import cost
from tests.conftest import serving

SYNC_JOBS = 12
ROUNDS = 4  # of so many jobs: on a machine that something else keeps busy, a caller looks more often than he has to


def test_the_calls_are_those_of_a_service(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    with serving(tmp_path / "state", "--workers", "1", "--aws-log", str(log), rehearsal=True) as running:
        running.client.execute("bash", "true")
        for _ in range(ROUNDS):
            start = len(log.read_text().splitlines())
            for _ in range(SYNC_JOBS):
                assert running.client.execute("bash", "true")["success"]
            wrong = complaints(Counter(line.split()[1] for line in log.read_text().splitlines()[start:]))
            if not wrong:
                break
    assert wrong == []


def complaints(calls: Counter[str]) -> list[str]:
    """Return how a round's calls differ from what is said of a service."""
    for looked in ("DynamoDB.Scan", "DynamoDB.BatchGetItem"):  # the sweep's, each few seconds
        calls.pop(looked, None)
    batches = calls.pop("AmazonSQS.DeleteMessageBatch", 0)
    wrong = []
    if not 1 <= batches <= SYNC_JOBS / 3:  # a worker of many jobs deletes many messages at once, each within a second
        wrong.append(f"{batches} batches of deletions")
    if (calls.total() + batches) / SYNC_JOBS > 8.2:
        wrong.append(f"{calls.total() + batches} calls in all")
    calls["AmazonSQS.DeleteMessage"] = SYNC_JOBS  # one by one, where a worker has one job
    if set(calls) != set(cost.CALLS):
        wrong.append(f"other kinds: {set(calls) ^ set(cost.CALLS)}")
    for operation, count in cost.CALLS.items():
        # How often a caller looks depends on the machine: once, if the job was quicker than he.
        less, more = (1, 0.7) if operation == "DynamoDB.GetItem" else (0.2, 0.2)
        if not count - less <= calls[operation] / SYNC_JOBS <= count + more:
            wrong.append(f"{operation}: {calls[operation]}")
    return wrong
