"""The task backend: for a container that is a microVM of its own, without user namespaces or privilege (Fargate).

The supervisor is root with the few capabilities of policy.toml. A program is another user without any, behind
a seccomp filter, with an environment made from nothing; the container's root file system is read-only, and the
folders that a program may write are file systems in memory, sized by the task's definition.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.core.job import NetworkMode
from functions.core.languages import Waiting
from functions.core.limits import SandboxLimits
from runtime_images.worker.sandbox import killer, linux, memory, origin
from runtime_images.worker.sandbox.area import Folder, WorkArea
from runtime_images.worker.sandbox.contract import Command, SandboxLostError, SandboxUnavailableError
from runtime_images.worker.sandbox.lookup import find_program
from runtime_images.worker.sandbox.mounts import shortcomings
from runtime_images.worker.sandbox.policy import policy
from runtime_images.worker.sandbox.process import NO_VARIABLES, Spawner, Usage
from runtime_images.worker.sandbox.rlimits import prlimit, raise_own
from runtime_images.worker.sandbox.seccomp_files import filter_file
from runtime_images.worker.sandbox.trial import prove

SETPRIV: Final = "/usr/bin/setpriv"
ENV: Final = "/usr/bin/env"
FIND: Final = "/usr/bin/find"
MOUNTS: Final = Path("/proc/self/mountinfo")
KILL_SECONDS: Final = 5.0
FOLDERS: Final = (Folder("tmp/input", 0o755), Folder("tmp/artifacts", 0o755))


@dataclass(frozen=True, slots=True)
class _Anticipated:
    """An area that was made before its job came, and what will wait in it."""

    limits: SandboxLimits
    network: NetworkMode
    command: Command
    waiting: Waiting
    area: WorkArea


@dataclass(slots=True)
class Task:
    """The backend for the one worker of a container."""

    filters: Path  # folder that the image was built with
    one_job: bool = False  # whether the container's end follows its first job's
    root: Path = Path("/")
    name: str = "task"
    _spawner: Spawner | None = None
    _next: _Anticipated | None = None

    def prepare(self) -> None:
        """Start the spawner. Raises SandboxUnavailableError where this isn't such a container."""
        if not linux.is_real_root():
            message = "The task backend's supervisor must be root in its container; see policy.toml."
            raise SandboxUnavailableError(message)
        raise_own()
        os.umask(origin.UMASK)  # what is written here is for another user to read
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        self._spawner = Spawner()

    def check(self) -> None:
        """Prove by a look at the mounts and a trial run that isolation works. Raises SandboxUnavailableError."""
        missing = shortcomings(MOUNTS.read_text(), one_job=self.one_job)
        if missing:
            message = f"The container's file systems aren't what its task definition asks for: {', '.join(missing)}."
            raise SandboxUnavailableError(message)
        prove(self)

    def anticipate(
        self, limits: SandboxLimits, network: NetworkMode, command: Command, waiting: Waiting | None = None
    ) -> None:
        """Make the next job's area, if its command can wait in it: all else takes this backend little time.

        Raises SandboxUnavailableError.
        """
        if waiting is None or (self._next and (self._next.limits, self._next.network) == (limits, network)):
            return
        self.forget()
        self._next = _Anticipated(limits, network, command, waiting, self._make(limits, network))

    def let_wait(self) -> None:
        """Start the anticipated command."""
        ready = self._next
        if ready and not ready.area.launched:
            ready.area.launch(ready.command, ready.waiting)
            ready.area.let_wait()

    def forget(self) -> None:
        """Take away what was made for a job that didn't come."""
        ready, self._next = self._next, None
        if ready:
            self._drop(ready.area)

    @contextmanager
    def open(self, limits: SandboxLimits, network: NetworkMode) -> Iterator[WorkArea]:
        """Give a job the container's writable folders, and take away all that it leaves there."""
        if self._next and (self._next.limits, self._next.network) != (limits, network):
            self.forget()
        ready, self._next = self._next, None
        area = ready.area if ready else self._make(limits, network)
        try:
            yield area
        finally:
            self._drop(area)

    def _make(self, limits: SandboxLimits, network: NetworkMode) -> WorkArea:
        if self._spawner is None:
            message = "The sandbox was not prepared."
            raise SandboxUnavailableError(message)
        user = policy().user.inside
        _own_again(self.root / policy().files.work.lstrip("/"), user)
        wall = _Users(self, self._spawner, limits, filter_file(self.filters, self.name, network))
        return WorkArea(self.root, FOLDERS, user, limits, wall, self._spawner, read_as_owner=True)

    def _drop(self, area: WorkArea) -> None:
        """Take an area away, with all that runs and all that lies there."""
        area.close()
        area.bury()
        self._reset()

    def close(self) -> None:
        """End the spawner."""
        self.forget()
        if self._spawner:
            self._spawner.close()

    def _reset(self) -> None:
        """Leave nothing for the next job. Raises SandboxLostError: this container must serve no other."""
        folders = (self.root / name.lstrip("/") for name in (*policy().files.writable, *policy().files.swept))
        writable = [str(folder) for folder in folders if folder.exists()]
        # find follows no link, whatever the names, and isn't impressed by depth.
        subprocess.run([FIND, *writable, "-xdev", "-mindepth", "1", "-delete"], env=NO_VARIABLES, check=False)
        left = [folder for folder in writable if any(Path(folder).iterdir())]
        if left:
            message = f"Files of the last job could not be removed from {' '.join(left)}."
            raise SandboxLostError(message)


def _own_again(folder: Path, user: int) -> None:
    """Make a folder as it was before the last job, who owned it too: what is about it, not in it."""
    for name in os.listxattr(folder):
        os.removexattr(folder, name)
    folder.chmod(0o700)
    os.chown(folder, user, user)


class _Users:
    """The wall of one job: its programs' user, who is nobody else."""

    def __init__(self, backend: Task, spawner: Spawner, limits: SandboxLimits, seccomp: Path) -> None:
        self._backend = backend
        self._spawner = spawner
        self._limits = limits
        self._filter = seccomp
        self._user = policy().user.inside
        self._waits = False

    def start(self, command: Command, standard: tuple[int, int, int], handover: tuple[int, ...]) -> None:
        """Start a program as its user; see area.Wall."""
        self._waits = bool(handover)
        environment = {**policy().environment, **command.env}
        program = find_program(command.argv[0], policy().environment["PATH"], self._backend.root)
        argv = [
            *prlimit(self._limits, 0),
            *self._as_user("--no-new-privs", "--seccomp-filter", str(self._filter)),
            # Only here, without privilege, do the customer's variables come in: they steer whatever they meet.
            *(ENV, "--ignore-environment", f"--chdir={policy().files.work}"),
            *(f"{name}={value}" for name, value in environment.items()),
            *(program, *command.argv[1:]),
        ]
        request = {"argv": argv, "env": {}, "family": False, "last": policy().waiting.numbers(handover)}
        self._spawner.request(request, (*standard, *handover))
        answer = self._spawner.answer()
        if "error" in answer:
            raise SandboxUnavailableError(answer["error"])
        with suppress(FileNotFoundError, ProcessLookupError):  # a program may be that short
            Path(f"/proc/{answer['pid']}/oom_score_adj").write_text("1000")

    def is_held(self) -> bool:
        """Whether a program that waits by itself still does."""
        return not self._spawner.has_answered()

    def release(self) -> None:
        """Do nothing: the program runs already."""

    def idle(self) -> None:
        """Do nothing: a task's supervisor has no right to take it back, and nothing else runs there."""

    def hurry(self) -> None:
        """Do nothing: what waits has yielded to nobody."""

    def _as_user(self, *options: str) -> list[str]:
        user = str(self._user)
        dropped = ("--inh-caps=-all", "--ambient-caps=-all", "--clear-groups")
        return [SETPRIV, "--reuid", user, "--regid", user, *dropped, *options]

    def started(self) -> Iterable[int]:
        """Return those of a program that waits; any other runs already, and all that it uses is its own."""
        return self.pids() if self._waits else ()

    def pids(self) -> Iterable[int]:
        """Return the processes of the programs' user."""
        return memory.of_user(self._user)

    def kill(self) -> None:
        """Kill every process of the user that there is."""
        subprocess.run(
            [sys.executable, "-I", "-S", killer.__file__, str(self._user)],
            env=NO_VARIABLES,
            timeout=KILL_SECONDS,
            check=True,
        )

    def bury(self) -> Usage:
        """Kill what a program left running, until there is none; see area.Wall."""
        deadline = time.monotonic() + KILL_SECONDS
        cpu_ms, memory_kb = self._reap()
        while self._any_left():
            if time.monotonic() > deadline:
                message = "Processes of the last job could not be killed."
                raise SandboxLostError(message)
            self.kill()
            more_cpu_ms, more_memory_kb = self._reap()
            cpu_ms, memory_kb = cpu_ms + more_cpu_ms, max(memory_kb, more_memory_kb)
        return cpu_ms, memory_kb

    def out_of_memory(self) -> bool:
        """The kernel can't be asked here: the watcher is what there is."""
        return False

    def _any_left(self) -> bool:
        """Whether the user has a process. The kernel is asked in one call: a list of processes is always old."""
        try:
            os.getpriority(os.PRIO_USER, self._user)
        except ProcessLookupError:
            return False
        return True

    def _reap(self) -> Usage:
        """Take the dead off the kernel's list, who are the spawner's children by now; return what they had used."""
        self._spawner.request({"reap": True})
        cpu_ms, memory_kb = self._spawner.answer()["usage"]
        return cpu_ms, memory_kb
