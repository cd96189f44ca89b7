"""The cost table's count of AWS calls, held to the rehearsal's own log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from infra import cost
from tests.conftest import serving

SYNC_JOBS = 12


def test_the_calls_are_those_of_a_service(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    with serving(tmp_path / "state", "--workers", "1", "--aws-log", str(log), rehearsal=True) as running:
        running.client.execute("bash", "true")
        start = len(log.read_text().splitlines())
        for _ in range(SYNC_JOBS):
            assert running.client.execute("bash", "true")["success"]
        calls = Counter(line.split()[1] for line in log.read_text().splitlines()[start:])
    for looked in ("DynamoDB.Scan", "DynamoDB.BatchGetItem"):  # the sweep's, each few seconds
        calls.pop(looked, None)
    batches = calls.pop("AmazonSQS.DeleteMessageBatch", 0)
    assert 1 <= batches <= SYNC_JOBS / 3, "a worker of many jobs deletes many messages at once, each within a second"
    assert (calls.total() + batches) / SYNC_JOBS <= 8.2
    calls["AmazonSQS.DeleteMessage"] = SYNC_JOBS  # one by one, where a worker has one job
    assert set(calls) == set(cost.CALLS)
    for operation, count in cost.CALLS.items():
        # How often a caller looks depends on the machine: once, if the job was quicker than he.
        less, more = (1, 0.7) if operation == "DynamoDB.GetItem" else (0.2, 0.2)
        assert count - less <= calls[operation] / SYNC_JOBS <= count + more, operation
