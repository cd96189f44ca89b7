"""`scripts/bench`: what /execute costs beside the program itself, measured in one run on one machine."""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from functions.core import languages
from infra.local.images.command import BuildError
from tests.benchmarks import engine
from tests.client import Client
from tests.conftest import LocalService, start_service
from tests.sandbox.cell import Cell
from tests.sandbox.image import root_file_system

BWRAP = (
    "bwrap --unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 "
    "--symlink usr/bin /bin --proc /proc --dev /dev --tmpfs /tmp --"
)
PROGRAMS = {
    "python": ('print("hi")', ["/usr/bin/python3", "-c", 'print("hi")']),
    "bash": ("echo hi", ["/bin/bash", "-c", "echo hi"]),
}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    milliseconds: list[float]
    seconds: float

    def text(self) -> str:
        ordered = sorted(self.milliseconds)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        rate = len(ordered) / self.seconds
        return f"{self.name:<34}{statistics.median(ordered):>9.1f}{p95:>9.1f}{rate:>9.1f}"


def measure(name: str, action: Callable[[], object], runs: int, clients: int = 1) -> Row:
    """Run an action `runs` times, spread over `clients` threads, after three that don't count."""

    def timed(_: int) -> float:
        start = time.perf_counter()
        action()
        return (time.perf_counter() - start) * 1000

    for number in range(3):
        timed(number)
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = list(pool.map(timed, range(runs)))
    return Row(name, times, time.perf_counter() - start)


def run_bare(argv: list[str]) -> None:
    done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, check=True)
    assert done.stdout == b"hi\n"


def execute(client: Client, language: str, code: str) -> None:
    result = client.execute(language, code)
    assert result["stdout"] == "hi\n", result


def language_rows(client: Client, language: str, runs: int) -> list[Row]:
    code, argv = PROGRAMS[language]
    bare = measure(f"{language}: bare subprocess", lambda: run_bare(argv), runs)
    rows = [
        bare,
        measure(f"{language}: inside bare bubblewrap", lambda: run_bare([*BWRAP.split(), *argv]), runs),
        measure(f"{language}: /execute, one after another", lambda: execute(client, language, code), runs),
        measure(f"{language}: /execute, 4 clients", lambda: execute(client, language, code), runs, clients=4),
    ]
    for row in rows:
        print(row.text(), flush=True)
    overhead = statistics.median(rows[2].milliseconds) - statistics.median(bare.milliseconds)
    print(f"{'':<4}over the bare subprocess: {overhead:+.1f} ms\n", flush=True)
    return rows


def print_backends(runs: int) -> None:
    """Print what each sandbox backend costs over bare fork and exec."""
    print(f"{'sandbox, `true`, ms at the median':<34}{'bare':>9}{'sandbox':>9}{'ready':>9}")
    places = {"namespaces": ["host", "namespaces"]}
    try:
        places["task"] = [str(root_file_system()), "task"]
    except BuildError as error:
        print(f"  task: not measured, {error}")
    for name, arguments in places.items():
        with Cell(arguments, "/nonexistent", languages.tools("python") or Path()) as cell:
            times = cell.bench(runs)
        print(f"{'  ' + name:<34}{times['bare']:>9.1f}{times['sandbox']:>9.1f}{times['anticipated']:>9.1f}")
    print()


def call_counts(client: Client, log: Path, jobs: int = 20) -> tuple[Counter[str], Counter[str]]:
    """Return the AWS calls of `jobs` sync jobs: before each answer, and all of them."""
    before: Counter[str] = Counter()
    start = len(log.read_text().splitlines())
    for _ in range(jobs):
        mark = len(log.read_text().splitlines())
        execute(client, "python", 'print("hi")')
        before.update(line.split()[1] for line in log.read_text().splitlines()[mark:])
        time.sleep(0.05)  # the worker deletes its message after the answer; it isn't the next job's
    return before, Counter(line.split()[1] for line in log.read_text().splitlines()[start:])


def print_calls(client: Client, log: Path, jobs: int = 20) -> None:
    before, everything = call_counts(client, log, jobs)
    print(f"{'AWS calls of one sync job':<34}{'to answer':>9}{'in all':>9}")
    for operation in sorted(everything):
        print(f"{'  ' + operation:<34}{before[operation] / jobs:>9.2f}{everything[operation] / jobs:>9.2f}")
    print(f"{'  all':<34}{before.total() / jobs:>9.2f}{everything.total() / jobs:>9.2f}")


def print_peer(service: LocalService, peer: Path) -> None:
    """Print what a program that runs a peer beside the service says: it takes an address and a key."""
    print("beside the peer", flush=True)
    subprocess.run([sys.executable, str(peer), service.base_url, service.secret], check=True)
    print(flush=True)


def bench_service(folder: Path, runs: int, jobs: int, peer: Path | None) -> None:
    """Print what jobs cost on the embedded engine: at the start, after many, and with many recorded."""
    service = start_service(folder / "state")
    try:
        print_rows(service, runs)
        engine.print_steps(service)
        if peer:
            print_peer(service, peer)
        engine.run_many(service, jobs)
        print(f"after {jobs} jobs", flush=True)
        print_rows(service, runs)
        engine.print_steps(service)
        engine.submit_many(service, 2 * jobs)
    finally:
        service.stop()
    engine.print_start(folder / "state")
    print()


def print_rows(service: LocalService, runs: int) -> None:
    print(f"{'milliseconds':<34}{'p50':>9}{'p95':>9}{'jobs/s':>9}", flush=True)
    for language in PROGRAMS:
        language_rows(service.client, language, runs)


def bench_aws(folder: Path) -> None:
    """Print which AWS calls a job of the cloud makes, in the rehearsal."""
    log = folder / "calls"
    service = start_service(folder / "rehearsal", "--aws-log", str(log), rehearsal=True)
    try:
        print_calls(service.client, log)
        print()
    finally:
        service.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=60, help="runs of each row (default: %(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=5000, help="jobs between the first look and the second (default: %(default)s)"
    )
    parser.add_argument("--peer", type=Path, metavar="FILE", help="a Python program that measures a peer beside us")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        bench_service(folder, options.runs, options.jobs, options.peer)
        bench_aws(folder)
        print_backends(options.runs)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
