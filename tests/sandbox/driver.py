"""The supervisor that the hostile programs meet: a shipped backend, driven by JSON lines on its stdin.

It stands where the worker stands: in the container for `task`, on the machine for `namespaces`. A request
is one job (see `Job`), its answer how each command ended, what was collected, and what a supervisor can tell
of its own state afterwards: its memory, the processes that are left, the files that are left.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.core.job import NetworkMode
from functions.core.languages import Waiting
from functions.core.limits import OUTPUT_BYTES, SandboxLimits
from runtime_images.worker.sandbox.contract import (
    Area,
    Command,
    Completed,
    Input,
    Kept,
    Output,
    Sandbox,
    SandboxUnavailableError,
    Stop,
)
from runtime_images.worker.sandbox.task import Task
from tests.benchmarks import backend
from tests.sandbox import naked, walls

FILTERS = Path("/app/filters")
CONTAINER_PLACES = ("/work", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run")  # noqa: S108
SETTLE_SECONDS = 1.0  # how long the kernel may take to bury what was killed


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A backend, and where its jobs may leave something on this machine."""

    sandbox: Sandbox
    places: tuple[str, ...]


def supervisor(name: str) -> Supervisor:
    """Return the shipped backend of that name, or the one without walls."""
    if name == "naked":
        return Supervisor(naked.NakedSandbox(), CONTAINER_PLACES)
    if name == "task":
        task = Task(FILTERS)
        task.prepare()
        return Supervisor(task, CONTAINER_PLACES)
    # The image has no libseccomp.
    from runtime_images.worker.sandbox.namespaces import Namespaces  # noqa: PLC0415
    from runtime_images.worker.sandbox.view import View  # noqa: PLC0415

    folder = tempfile.mkdtemp()
    sandbox = Namespaces(Path(folder), View(tools=Path(os.environ["CELL_TOOLS"])))
    sandbox.prepare()
    return Supervisor(sandbox, (folder, f"{folder}/area", "/dev/shm"))  # noqa: S108


def memory_kb(which: str) -> int:
    """Return this process's memory: VmRSS now, VmHWM at its peak since `reset_peak`."""
    found = re.search(rf"^{which}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def reset_peak() -> None:
    """Let VmHWM start again from now."""
    Path("/proc/self/clear_refs").write_text("5")


def processes() -> dict[int, str]:
    """Return the command lines of all processes that this one can see, less its own and its parents'."""
    family = {os.getpid(), os.getppid()}
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in family:
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(entry.name)] = words or (entry / "stat").read_text()
            except OSError:
                continue
    return found


def files(places: tuple[str, ...]) -> set[str]:
    """Return what is in the places that jobs may leave something in."""
    return {str(path) for place in places if Path(place).is_dir() for path in Path(place).iterdir()}


def system_v() -> str:
    """Return the kernel's tables of System V objects."""
    tables = sorted(Path("/proc/sysvipc").glob("*"))
    return "".join("".join(sorted(table.read_text().splitlines(True)[1:])) for table in tables)


class Job:
    """One request: files, then commands one after another, then what they left."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._request = request
        self.stdout, self.stderr = Output(OUTPUT_BYTES), Output(OUTPUT_BYTES)

    def run(self, sandbox: Sandbox) -> dict[str, Any]:
        """Run the job and return its answer."""
        limits, network = SandboxLimits(**self._request["limits"]), NetworkMode(self._request["network"])
        if ahead := self._request["ahead"]:
            waiting = Waiting(**ahead["waiting"]) if "waiting" in ahead else None
            before = processes()
            sandbox.anticipate(limits, network, _command(ahead), waiting)
            sandbox.let_wait()
            if ahead.get("killed"):
                _kill_waiting(before)
        with sandbox.open(limits, network) as area:
            area.expect(_command(self._request["commands"][0]))
            for name, content in self._request["inputs"].items():
                area.write_input(name, base64.b64decode(content))
            for name, content in self._request["files"].items():
                area.write(name, base64.b64decode(content))
            completed = [self._command(area, command) for command in self._request["commands"]]
            collected = area.collect(tuple(self._request["collect"]))
            kept = area.keep() if self._request["runs"] else None
        if kept:
            completed += [self._run(sandbox, limits, network, kept, command) for command in self._request["runs"]]
            kept.close()
        return {
            "completed": [
                {
                    "end": c.end.value,
                    "exit_code": c.exit_code,
                    "wall_ms": c.wall_ms,
                    "memory_kb": c.max_memory_kb,
                    "cpu_ms": c.cpu_ms,
                    "waited": c.waited,
                }
                for c in completed
            ],
            "artifacts": {file.filename: [len(file.content), file.sha256] for file in collected.files},
            "leak": any(b"root:" in file.content for file in collected.files),
            "paths": [file.path for file in collected.files],
            "left_out": dict(collected.left_out),
        }

    def _run(
        self, sandbox: Sandbox, limits: SandboxLimits, network: NetworkMode, kept: Kept, command: dict[str, Any]
    ) -> Completed:
        """Run a command in an area of its own, with what the others left."""
        with sandbox.open(limits, network) as area:
            area.expect(_command(command))
            area.restore(kept)
            return self._command(area, command)

    def _command(self, area: Area, command: dict[str, Any]) -> Completed:
        stop = Stop()
        try:
            return area.run(_command(command), self.stdout, self.stderr, stop)
        finally:
            stop.close()


def _command(command: dict[str, Any]) -> Command:
    return Command(
        argv=tuple(command["argv"]),
        env=command["env"],
        timeout=command["timeout"],
        stdin=command["stdin"].encode() if "stdin" in command else b"x" * command["stdin_bytes"],
        more=_more(command) if "more_bytes" in command else None,
    )


def _more(command: dict[str, Any]) -> Input:
    """Return an input that stays open, unless the command says that it ends."""
    given = Input(b"first\n")
    given.add(b"x" * command["more_bytes"], eof=command["eof"])
    return given


def _kill_waiting(before: dict[int, str]) -> None:
    """Kill what waits, once it does."""
    time.sleep(SETTLE_SECONDS)
    waiting = [pid for pid, words in processes().items() if pid not in before and "main.py" in words]
    assert waiting
    for pid in waiting:
        os.kill(pid, signal.SIGKILL)
    while waiting := [pid for pid in waiting if pid in processes()]:
        time.sleep(0.01)


def strangers(before: dict[int, str]) -> list[str]:
    """Return the processes that weren't there before, once the kernel has had time to bury the dead."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        new = [words for pid, words in processes().items() if pid not in before]
        if not new or time.monotonic() > deadline:
            return new
        time.sleep(0.01)


def answer(supervisor: Supervisor, request: dict[str, Any]) -> dict[str, Any]:
    """Run one job and say how the supervisor fared."""
    processes_before, files_before, system_v_before = processes(), files(supervisor.places), system_v()
    reset_peak()
    memory_before = memory_kb("VmRSS")
    job = Job(request)
    result = job.run(supervisor.sandbox)
    growth = memory_kb("VmHWM") - memory_before
    return result | {
        "stdout": base64.b64encode(job.stdout.bytes()).decode(),
        "stderr": base64.b64encode(job.stderr.bytes()).decode(),
        "truncated": [n for n in ("stdout", "stderr") if getattr(job, n).truncated],
        "memory_growth_kb": growth,
        "processes_left": strangers(processes_before),
        "files_left": sorted(files(supervisor.places) - files_before),
        "system_v_left": system_v() != system_v_before,
    }


def main() -> None:
    """Serve until stdin ends. Arguments: the backend, then the walls to do without."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # where the supervisor's log goes
    backend_name, *removed = sys.argv[1:]
    for wall in removed:
        walls.remove(backend_name, wall)
    serving = supervisor(backend_name)
    if not removed:  # it would refuse
        serving.sandbox.check()
    print(json.dumps({"ready": serving.sandbox.name}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "bench" in request:
                reply: dict[str, Any] = backend.measure(serving.sandbox, request["bench"])
            else:
                reply = answer(serving, request)
        except SandboxUnavailableError as error:
            reply = {"unavailable": str(error)}
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main()
