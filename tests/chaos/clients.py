"""Clients: they submit, wait, poll and cancel, and send again what got no answer, as careful clients do."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from tests.chaos.ledger import Entry, Ledger
from tests.client import Answer, Client

PATIENCE_SECONDS = 60  # for the service to be there again


def program(dice: random.Random) -> tuple[dict[str, Any], Entry]:
    """Make up a submission, and say what it is to become."""
    word, code = uuid.uuid4().hex, dice.choice([0, 0, 0, 3])
    pause = dice.choice([0, 0, 0.05, 0.3, 1])
    if dice.random() < 0.05:
        return {"language": "bash", "code": f"echo {word}; sleep 9", "ttl": 1}, Entry(f"{word}\n", 0, times_out=True)
    if dice.random() < 0.1:  # its submission and its result are files
        return (
            {"language": "bash", "code": f"cat; exit {code}", "stdin": word * 3000},
            Entry(word * 3000, code, times_out=False),
        )
    if dice.random() < 0.4:
        source = f"import time, sys\ntime.sleep({pause})\nprint('{word}')\nsys.exit({code})"
        return {"language": "python", "code": source}, Entry(f"{word}\n", code, times_out=False)
    source = f"sleep {pause}; echo {word}; exit {code}"
    return {"language": "bash", "code": source}, Entry(f"{word}\n", code, times_out=False)


@dataclass(slots=True)
class Customer:
    """One client, in a thread of its own, until `over` says so or its jobs are done."""

    client: Client
    ledger: Ledger
    dice: random.Random
    take: Callable[[], bool]  # whether there is another job to submit

    def run(self) -> None:
        """Submit one job after another, in one way or another."""
        while self.take():
            submission, entry = program(self.dice)
            way = self.dice.choice([self._wait, self._poll, self._leave, self._cancel])
            way(submission, entry)

    def _wait(self, submission: dict[str, Any], entry: Entry) -> None:
        answer = self._submit("/execute", submission)
        job_id = answer.json["job_id"]
        self.ledger.accept(job_id, entry)
        if "exit_code" in answer.json:
            self.ledger.see(job_id, {"status": answer.json["status"], "result": answer.json})

    def _leave(self, submission: dict[str, Any], entry: Entry) -> str:
        job_id: str = self._submit("/execute/async", submission).json["job_id"]
        self.ledger.accept(job_id, entry)
        return job_id

    def _poll(self, submission: dict[str, Any], entry: Entry) -> None:
        job_id = self._leave(submission, entry)
        self.follow(job_id, time.monotonic() + 5)

    def _cancel(self, submission: dict[str, Any], entry: Entry) -> None:
        job_id = self._leave(submission, entry)
        time.sleep(self.dice.choice([0, 0.02, 0.2]))
        entry.cancelled = True
        self._ask("DELETE", f"/jobs/{job_id}", accepted=(200, 409))

    def follow(self, job_id: str, deadline: float) -> bool:
        """Poll a job until it has ended, or until then; False where it hasn't, or is unknown."""
        while True:
            answer = self._ask("GET", f"/jobs/{job_id}", accepted=(200, 404))
            if answer.status == 404:
                return False
            if self.ledger.see(job_id, answer.json):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)

    def _submit(self, path: str, submission: dict[str, Any]) -> Answer:
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        return self._ask("POST", path, json.dumps(submission).encode(), headers)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        accepted: tuple[int, ...] = (200,),
    ) -> Answer:
        """Send a request until it gets an answer that counts; note each that didn't."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.client.request(method, path, body, headers)
                if answer.status in accepted:
                    return answer
                reason = f"{answer.status} {answer.json['error']}"
            except (OSError, HTTPException) as error:
                reason = type(error).__name__
            self.ledger.fail(reason)
            if time.monotonic() > deadline:
                message = f"no answer to {method} {path}: {reason}"
                raise TimeoutError(message)
            time.sleep(0.1)


def tickets(jobs: int, seconds: float) -> Callable[[], bool]:
    """Return what hands out so many tickets, for so long."""
    lock, deadline, left = threading.Lock(), time.monotonic() + seconds, jobs

    def take() -> bool:
        nonlocal left
        with lock:
            left -= 1
            return left >= 0 and time.monotonic() < deadline

    return take
