"""What the embedded engine costs beside the programs: its steps, many jobs at once, a start with many recorded."""

from __future__ import annotations

import http.client
import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.conftest import LocalService, start_service
from tests.local import processes

STEPS = 200
WARM_UP = 10
CLIENTS = 8


class Line:
    """One connection that is kept, as a client's own would be."""

    def __init__(self, service: LocalService) -> None:
        self._line = http.client.HTTPConnection(service.base_url.removeprefix("http://"))
        self._headers = {"Authorization": f"Bearer {service.secret}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        self._line.request(method, path, json.dumps(body) if body else None, self._headers)
        answer = self._line.getresponse()
        return answer.status, json.loads(answer.read())


def program(language: str = "bash") -> dict[str, str]:
    return {"language": language, "code": "echo hi" if language == "bash" else 'print("hi")'}


def recorded(service: LocalService, job_ids: list[str]) -> list[tuple[int, int, int]]:
    """Return when each job was created, claimed and ended, in unix ms."""
    with closing(sqlite3.connect(f"file:{service.state / 'jobs.sqlite3'}?mode=ro", uri=True)) as database:
        question = "SELECT created_ms, started_ms, completed_ms FROM jobs WHERE job_id = ?"
        return [database.execute(question, (job_id,)).fetchone() for job_id in job_ids]


def print_steps(service: LocalService) -> None:
    """Print what the steps of a job cost, each with nothing else to do."""
    line = Line(service)
    job_ids, answered, asking, reading = [], [], [], []
    for number in range(WARM_UP + STEPS):
        _, result = line.ask("POST", "/execute", program())
        if number >= WARM_UP:
            answered.append(time.time() * 1000)
            job_ids.append(result["job_id"])
    times = recorded(service, job_ids)
    for _ in range(STEPS):
        start = time.perf_counter()
        job_id = line.ask("POST", "/execute/async", program())[1]["job_id"]
        asking.append((time.perf_counter() - start) * 1000)
        while line.ask("GET", f"/jobs/{job_id}")[1]["status"] in ("pending", "running"):
            time.sleep(0.002)
        start = time.perf_counter()
        line.ask("GET", f"/jobs/{job_id}")
        reading.append((time.perf_counter() - start) * 1000)
    # The recorded times are whole milliseconds, cut off: means are right to half of one, and more with many.
    claims = statistics.mean(started - created for created, started, _ in times)
    answers = statistics.mean(answer - ended - 0.5 for answer, (_, _, ended) in zip(answered, times, strict=True))
    print(f"{'steps of one job, ms':<34}")
    print(f"{'  POST /execute/async, p50':<34}{statistics.median(asking):>9.2f}")
    print(f"{'  GET /jobs/{id}, p50':<34}{statistics.median(reading):>9.2f}")
    print(f"{'  submit to claim, mean':<34}{claims:>9.2f}")
    print(f"{'  end to answer, mean':<34}{answers:>9.2f}\n", flush=True)


def spread(service: LocalService, jobs: int, ask: Callable[[Line], object]) -> float:
    """Ask so often, over CLIENTS connections; return the seconds that it took."""
    left = iter(range(jobs))
    lock = threading.Lock()

    def client(_: int) -> None:
        line = Line(service)
        while True:
            with lock:
                if next(left, None) is None:
                    return
            ask(line)

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return time.perf_counter() - start


def run_many(service: LocalService, jobs: int) -> None:
    """Run so many jobs, and print how quickly they went."""

    def execute(line: Line) -> None:
        status, result = line.ask("POST", "/execute", program())
        assert (status, result["stdout"]) == (200, "hi\n"), result

    seconds = spread(service, jobs, execute)
    print(f"{jobs} jobs of {CLIENTS} clients: {jobs / seconds:.0f} a second\n", flush=True)


def submit_many(service: LocalService, jobs: int) -> None:
    """Submit so many jobs as fast as they are taken, read meanwhile, and count what became of each."""
    job_ids: list[str] = []
    refused: list[tuple[int, Any]] = []

    def submit(line: Line) -> None:
        status, answer = line.ask("POST", "/execute/async", program())
        if status == 200:
            job_ids.append(answer["job_id"])
        else:
            refused.append((status, answer))

    seconds = spread(service, jobs, submit)
    line = Line(service)
    reading = []
    for _ in range(20):
        start = time.perf_counter()
        line.ask("GET", "/jobs")
        reading.append((time.perf_counter() - start) * 1000)
    memory = processes.resident_kb([service.process.pid]) / 1024
    print(f"{jobs} submissions: {jobs / seconds:.0f} a second, {len(refused)} refused", flush=True)
    print(f"  GET /jobs meanwhile, p50 {statistics.median(reading):.1f} ms; the service's process {memory:.0f} MiB")
    print("  waiting for their ends …", flush=True)
    ended = 0
    for job_id in job_ids:
        while (job := line.ask("GET", f"/jobs/{job_id}")[1])["status"] in ("pending", "running"):
            time.sleep(0.05)
        ended += job["status"] == "completed" and job["result"]["stdout"] == "hi\n"
    memory = processes.resident_kb([service.process.pid]) / 1024
    print(f"  {ended} of {len(job_ids)} ended as they should; the service's process {memory:.0f} MiB\n", flush=True)


def print_start(state: Path) -> None:
    """Print how long the service takes to serve, with all the jobs of before recorded."""
    start = time.perf_counter()
    service = start_service(state)
    seconds = time.perf_counter() - start
    service.stop()
    with closing(sqlite3.connect(f"file:{state / 'jobs.sqlite3'}?mode=ro", uri=True)) as database:
        [jobs] = database.execute("SELECT count(*) FROM jobs").fetchone()
    print(f"start with {jobs} jobs recorded, until it serves: {seconds:.2f} s", flush=True)
