"""A new AWS account, with its small quotas: one hostile customer takes nothing from the others but what his key may.

The account's quotas stand before moto (infra/rehearsal/limits.py): 10 functions at once, 6 vCPUs, and write units by
items' real sizes. Here moto takes some hundred calls a second, so the 4,000 units are far away; with
a few jobs run while the table refuses writes again and again.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from infra.rehearsal import account
from tests.client import Answer, Client
from tests.conftest import LocalService, serving
from tests.local.quotas import client_with

START_SECONDS: Final = 0.5
HOSTILE_JOBS: Final = 3  # that the hostile customer's key may have at once
HOSTILE_SECONDS: Final = 4
SENDERS: Final = 5  # of them at once: two more than his key takes
ROUNDS: Final = 6  # jobs of each other customer, one after another
VCPUS: Final = account.Quotas().vcpus
LARGE: Final = {"stdin": "x" * 900_000}
TALKATIVE: Final = f"""
end=$((SECONDS + {HOSTILE_SECONDS})); # {"#" * 150_000}
while [ $SECONDS -lt $end ]; do head -c 3000 /dev/urandom | base64 | tee /dev/stderr; sleep 0.4; done
"""


@dataclass
class Customer:
    """One who has nothing to do with the hostile one: how his jobs went."""

    client: Client
    answers: list[int] = field(default_factory=list)  # HTTP statuses
    results: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def work(self) -> None:
        """Have a job done, and another one polled for, again and again."""
        for number in range(ROUNDS):
            began = time.monotonic()
            body = {"language": "bash", "code": f"echo {number}"}
            path = "/execute" if number % 2 else "/execute/async"
            answer = self._ask("POST", path, body)
            if "stdout" not in answer:
                answer = self._poll(answer["job_id"])["result"]
            self.results.append(answer)
            self.seconds.append(time.monotonic() - began)

    def _poll(self, job_id: str) -> dict[str, Any]:
        while (job := self._ask("GET", f"/jobs/{job_id}"))["status"] in ("pending", "running"):
            time.sleep(0.3)
        return job

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask, and ask again where the gateway says that there is no function to answer: so do clients."""
        while (answer := self._send(method, path, body)).status == 503:
            self.answers.append(503)
            time.sleep(1)
        self.answers.append(answer.status)
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def _send(self, method: str, path: str, body: Any) -> Answer:
        return self.client.post(path, body) if method == "POST" else self.client.request(method, path)


class Hostile:
    """Sends as many large, talkative jobs as he can, whatever he is told."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.answers: list[int] = []
        self._ended = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with ThreadPoolExecutor(SENDERS) as pool:
            for number in range(SENDERS):
                pool.submit(self._send, "/execute" if number % 2 else "/execute/async")
            try:
                wait_for(lambda: 429 in self.answers)
                yield
            finally:
                self._ended.set()

    def _send(self, path: str) -> None:
        while not self._ended.is_set():
            answer = self.client.post(path, {"language": "bash", "code": TALKATIVE, "ttl": 30, **LARGE})
            self.answers.append(answer.status)
            time.sleep(0.1)


def wait_for(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def use(running: LocalService) -> dict[str, dict[str, float]]:
    """How much of each quota was used at most, and what was refused."""
    files = (account.REPORT, account.FUNCTIONS_REPORT)
    return {name: use for file in files for name, use in json.loads((running.state / file).read_text()).items()}


def work(running: LocalService) -> list[Customer]:
    """Have two customers work at once."""
    customers = [Customer(client_with(running)) for _ in range(2)]
    with ThreadPoolExecutor(len(customers)) as pool:
        for done in [pool.submit(each.work) for each in customers]:
            done.result()
    return customers


def all_is_well(customers: list[Customer]) -> bool:
    return all(
        [(each["status"], each["success"], each["stdout"]) for each in customer.results]
        == [("completed", True, f"{number}\n") for number in range(ROUNDS)]
        for customer in customers
    )


@pytest.mark.parametrize("units", [4000, 8])
def test_one_hostile_customer_harms_no_other(tmp_path: Path, units: int, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--workers", str(VCPUS), "--new-account", str(units), "--cold", str(START_SECONDS))
    with serving(tmp_path / "state", *options, rehearsal=True) as running:
        alone = work(running)
        hostile = Hostile(client_with(running, concurrency=HOSTILE_JOBS))
        with hostile.at_work():
            beside = work(running)
        used = use(running)
    others = counted(*(each.answers for each in beside))
    told = f"alone {median(alone):.1f} s, beside {median(beside):.1f} s; {used}; {counted(hostile.answers)}, {others}"
    with capsys.disabled():
        sys.stdout.write(f"\n{units} units: {told}\n")
    assert all_is_well(alone)
    assert all_is_well(beside)
    # What his key lets him have, so many jobs of so many seconds on the account's processors, and, for this machine
    # has fewer of them than the account, as long again as jobs take without him.
    explained = HOSTILE_JOBS * (HOSTILE_SECONDS + START_SECONDS) / VCPUS
    assert median(beside) - median(alone) < explained + median(alone), told
    assert used["vcpus"]["most"] <= VCPUS
    assert used["functions"]["most"] <= account.Quotas().functions
    assert (used["jobs"]["refused"] > 0) is (units < 4000)
    assert hostile.answers.count(429) > 0
    assert set(hostile.answers) <= {200, 429, 503}


def median(customers: list[Customer]) -> float:
    return statistics.median(seconds for each in customers for seconds in each.seconds)


def counted(*answers: list[int]) -> dict[int, int]:
    together = [status for each in answers for status in each]
    return {status: together.count(status) for status in sorted(set(together))}
