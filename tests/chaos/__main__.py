"""`scripts/chaos`: clients use a service whose parts are killed at random; a ledger tells what became of each job."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from functions.core.store import LEASE_SECONDS
from runtime_images.worker.sandbox.cgroup import PREFIX, VERSIONS
from tests.chaos.clients import Customer, tickets
from tests.chaos.killer import Killer, free_port
from tests.chaos.ledger import FAULTS, VERDICTS, Ledger
from tests.client import Client
from tests.local import processes

SETTLE_SECONDS = 120  # for the jobs that are left when the killing has ended


def main() -> int:
    """Run, print the ledger, and return 1 where it shows a fault."""
    options = _parse()
    dice = random.Random(options.seed)  # to be repeated
    print(f"seed {options.seed}: {options.clients} clients, {options.seconds:.0f} s", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o711)  # programs' users pass through it
    killer = Killer(
        folder / "state",
        ("--port", str(free_port()), "--workers", "2"),
        options.rehearsal,
        random.Random(dice.random()),
    )
    service = killer.start()
    ledger = Ledger()
    take = tickets(options.jobs, options.seconds)
    customers = [
        Customer(Client(service.base_url, service.secret), ledger, random.Random(dice.random()), take)
        for _ in range(options.clients)
    ]
    killing = threading.Thread(target=killer.run, daemon=True)
    killing.start()
    with ThreadPoolExecutor(options.clients) as pool:
        running = [pool.submit(customer.run) for customer in customers]
        while not all(each.done() for each in running):
            time.sleep(5)
            print(f"  {len(ledger.entries)} jobs accepted, {killer.deaths.total()} deaths", flush=True)
    killer.over.set()
    killing.join()
    for each in running:
        each.result()
    settle(customers[0], ledger)
    killer.end()
    faults = report(ledger, killer, left_behind(folder, killer.seen))
    shutil.rmtree(folder)
    return 1 if faults else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000, help="end after so many (default: no limit)")
    parser.add_argument("--seconds", type=float, default=60, help="end after so long (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=6, help="at once (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="of what is random")
    parser.add_argument(
        "--rehearsal", action="store_true", help="use the rehearsal of the cloud; it dies in parts, not as a whole"
    )
    return parser.parse_args()


def settle(customer: Customer, ledger: Ledger) -> None:
    """Wait for the jobs that haven't ended, then look at each once more."""
    print("  waiting for what is left …", flush=True)
    deadline = time.monotonic() + SETTLE_SECONDS
    for _ in range(2):
        for job_id in list(ledger.entries):
            customer.follow(job_id, deadline)


def left_behind(folder: Path, seen: set[str]) -> list[str]:
    """Return what a service must not leave: processes, temporary folders, control groups, mounts."""
    found = [f"process {named}" for named in sorted(processes.still_there(seen))]
    found += [str(path) for path in folder.glob(f"{PREFIX}*")]
    groups = (version.folder / f"{PREFIX}{named}" for version in VERSIONS for named in seen)
    found += [str(group) for group in groups if group.exists()]
    mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    return found + [line.split()[1] for line in mounts if str(folder) in line]


def report(ledger: Ledger, killer: Killer, behind: list[str]) -> int:
    """Print what happened; return the number of faults."""
    verdicts = ledger.verdicts()
    print(f"{'accepted':<18}{len(ledger.entries):>7}")
    for verdict in VERDICTS:
        print(f"{verdict:<18}{verdicts[verdict]:>7}")
    print("deaths:", ", ".join(f"{count} {kind}" for kind, count in sorted(killer.deaths.items())) or "none")
    print(
        "requests sent again:", ", ".join(f"{count} {why}" for why, count in ledger.failures.most_common()) or "none"
    )
    if killer.memory:
        looks = killer.memory[0], killer.memory[len(killer.memory) // 2], killer.memory[-1]
        kinds = (f"{kind} {', '.join(str(look[kind]) for look in looks)}" for kind in killer.memory[0])
        print("MiB of the largest of each kind, at the start, in the middle and at the end:", "; ".join(kinds))
    longest, passed_over = ledger.waits()
    late = passed_over > LEASE_SECONDS
    print(f"longest wait for a start: {longest:.1f} s; while a later job was preferred: {passed_over:.1f} s")
    print("left behind:", ", ".join(behind) or "nothing")
    for job_id, entry in ledger.entries.items():
        if entry.verdict() in FAULTS:
            print(f"  {entry.verdict()}: {job_id} {entry}"[:1000])
    return sum(verdicts[fault] for fault in FAULTS) + len(behind) + late


if __name__ == "__main__":
    sys.exit(main())
