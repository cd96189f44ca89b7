"""`scripts/rehearse --reuse`: a worker goes on with its first customer's jobs, and with nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from functions.aws import clients
from functions.aws.kept import KEY_PREFIX
from functions.core.store import now_ms
from infra.rehearsal import moto_aws
from tests.client import Client
from tests.conftest import LocalService, serving, wait_until
from tests.local.quotas import client_with

TABLE = moto_aws.PREFIX + "jobs"
KEPT_SECONDS = "8"


@contextmanager
def rehearsed(tmp_path: Path, *options: str) -> Iterator[LocalService]:
    options = ("--workers", "3", "--cold", "--reuse", KEPT_SECONDS, *options)
    with serving(tmp_path / "state", *options, rehearsal=True) as running:
        lines = (running.state / "aws.env").read_text().splitlines()
        with moto_aws.used(dict(line.split("=", 1) for line in lines)):
            yield running


def items() -> list[dict[str, Any]]:
    return list(clients.dynamodb().scan(TableName=TABLE)["Items"])


def jobs() -> list[dict[str, Any]]:
    return [item for item in items() if "owner" in item]


def workers_of(*job_ids: str) -> list[str]:
    """Return the worker that ran each job."""
    by_id = {item["job_id"]["S"]: item["worker"]["S"] for item in jobs()}
    return [by_id[job_id] for job_id in job_ids]


def waiting() -> dict[str, list[str]]:
    """Return the workers that wait for a customer's next job, by the key of the item where they do."""
    now = now_ms()
    return {
        item["job_id"]["S"]: [
            name.removeprefix("w_")
            for name, value in item.items()
            if name.startswith("w_") and int(value.get("N", 0)) > now
        ]
        for item in items()
        if item["job_id"]["S"].startswith(KEY_PREFIX)
    }


def run(client: Client, code: str = "true") -> str:
    """Run a job; return its id."""
    result = client.execute("bash", code)
    assert result["success"], result
    job_id: str = result["job_id"]
    return job_id


def test_jobs_in_a_row_have_one_worker_and_another_customers_another(tmp_path: Path) -> None:
    with rehearsed(tmp_path) as running:
        mine, theirs = client_with(running), client_with(running)
        own = []
        for _ in range(4):
            own.append(run(mine))
            wait_until(lambda: any(waiting().values()))
        others = [run(theirs)]
        wait_until(lambda: sum(map(len, waiting().values())) == 2)
        others.append(run(theirs))
        assert len({*workers_of(*own)}) == 1
        assert len({*workers_of(*others)}) == 1
        assert not {*workers_of(*own)} & {*workers_of(*others)}
        wait_until(lambda: not any(waiting().values()), 20)  # each leaves when its time is over
        assert workers_of(run(mine)) != workers_of(own[0])


def test_no_worker_has_two_customers_however_many_jobs_come(tmp_path: Path) -> None:
    """The pool's queue is full of all customers' jobs, and of messages whose jobs a kept worker has taken."""
    with rehearsed(tmp_path) as running, ThreadPoolExecutor(3) as pool:
        clients_ = [client_with(running, rate=6000, burst=1000, concurrency=30) for _ in range(3)]
        futures = [pool.submit(run_many, client) for client in clients_]
        ran = [future.result() for future in futures]
        owners: dict[str, set[str]] = {}
        for item in jobs():
            owners.setdefault(item["worker"]["S"], set()).add(item["owner"]["S"])
        assert sum(map(len, ran)) == len(jobs()) == 30
        assert all(len(each) == 1 for each in owners.values()), owners
        assert len(owners) < 20  # and so many ran more than one


def run_many(client: Client) -> list[str]:
    submitted = [client.submit("bash", f"echo {number}") for number in range(10)]
    assert all(client.finished(job_id, 120)["status"] == "completed" for job_id in submitted)
    return submitted


def test_a_forged_gift_is_refused_and_its_victim_loses_nothing(tmp_path: Path) -> None:
    """A program that broke out has its pool's role: it may write another's job where its own worker looks."""
    with rehearsed(tmp_path) as running:
        hostile, victim = client_with(running), client_with(running)
        first = run(hostile)
        wait_until(lambda: any(waiting().values()))
        [(key, [kept])] = waiting().items()
        assert workers_of(first) == [kept]
        job = victim.submit("bash", "sleep 0.5; echo mine")  # a worker of its own starts meanwhile
        clients.dynamodb().update_item(
            TableName=TABLE,
            Key={"job_id": {"S": key}},
            UpdateExpression="SET #worker = :forged",
            ExpressionAttributeNames={"#worker": f"w_{kept}"},
            ExpressionAttributeValues={":forged": {"S": f"{now_ms() + 60_000} {job}"}},
        )
        ended = victim.finished(job)
        assert (ended["status"], ended["result"]["stdout"]) == ("completed", "mine\n")
        assert workers_of(job) != [kept]
        victims = next(item for item in jobs() if item["job_id"]["S"] == job)["owner"]["S"]
        assert victims not in str(waiting().keys())  # whose keys tell nobody whose they are


def test_a_kept_worker_that_died_costs_its_customer_seconds_alone(tmp_path: Path) -> None:
    with rehearsed(tmp_path) as running:
        client = client_with(running)
        run(client)
        wait_until(lambda: any(waiting().values()))
        [(key, [kept])] = waiting().items()
        clients.dynamodb().update_item(  # as one that will never look again
            TableName=TABLE,
            Key={"job_id": {"S": key}},
            UpdateExpression="SET w_dead = :until REMOVE #worker",
            ExpressionAttributeNames={"#worker": f"w_{kept}"},
            ExpressionAttributeValues={":until": {"N": str(now_ms() + 60_000)}},
        )
        job = client.submit("bash", "true")
        assert client.job(job)["status"] == "pending"
        assert client.finished(job, 20)["status"] == "completed"
        assert workers_of(job) != [kept]
