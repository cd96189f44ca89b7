"""Bubblewrap: a program in namespaces of its own, and how it's started, held back, killed and buried."""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.core.job import NetworkMode
from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox import internet, memory, priority
from runtime_images.worker.sandbox.cgroup import MemoryGroup
from runtime_images.worker.sandbox.contract import Command, SandboxUnavailableError
from runtime_images.worker.sandbox.linux import is_alive
from runtime_images.worker.sandbox.lookup import find_program
from runtime_images.worker.sandbox.policy import policy
from runtime_images.worker.sandbox.process import Spawner, Usage
from runtime_images.worker.sandbox.rlimits import limit_values
from runtime_images.worker.sandbox.seccomp_files import filter_file
from runtime_images.worker.sandbox.view import View

BWRAP: Final = "/usr/bin/bwrap"
SETPRIV: Final = "/usr/bin/setpriv"
START_SECONDS: Final = 10.0
SPAWNER_MB: Final = 32  # what the spawner needs of the memory group that it shares with programs
OWN_PROCESSES: Final = 8  # what may count beside a program's own: bubblewrap's two, a worker's in its namespace
# Descriptors that bubblewrap finds open, beside 0, 1 and 2.
ARGUMENTS, FILTER, STATUS, BLOCK = 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Ground:
    """What all programs of a worker share."""

    folder: Path  # with the area, mounted when there is one, and the filters
    view: View
    user: int | None  # of programs, outside; None: this process's own
    arguments: Mapping[NetworkMode, tuple[str, ...]]  # of bubblewrap

    def as_user(self) -> list[str]:
        """Return the command that makes what follows it the user that programs are outside."""
        if self.user is None:
            return []
        user = str(self.user)
        return [SETPRIV, "--reuid", user, "--regid", user, "--clear-groups"]


def shared_arguments(root: Path, folder: Path, network: NetworkMode) -> Iterator[str]:
    """Yield the arguments that make a program's namespaces and file system; `root` is what View.lay_out made."""
    inside = str(policy().user.inside)
    yield from ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--unshare-net", "--uid", inside, "--gid", inside, "--hostname", "sandbox", "--cap-drop", "ALL")
    yield from ("--die-with-parent", "--new-session", "--clearenv")
    yield from ("--seccomp", str(FILTER), "--json-status-fd", str(STATUS), "--block-fd", str(BLOCK))
    # Mounted by the worker, once: bubblewrap takes a copy of it all in one call, as it is.
    yield from ("--dev-bind", str(root), "/", "--proc", "/proc", "--remount-ro", "/proc")
    if network is NetworkMode.SEMITRUSTED:
        # A /dev of its own makes bubblewrap enter a second user namespace: the first, which owns the network, keeps a
        # root, as whom `internet` sets it up.
        yield from ("--dev", "/dev", "--remount-ro", "/dev")
    area = folder / "area"
    yield from ("--bind", str(area / "work"), "/work", "--bind", str(area / "tmp"), "/tmp")  # noqa: S108
    yield from ("--bind", str(area / "shm"), "/dev/shm")  # noqa: S108
    yield from ("--chdir", "/work")


class Bubblewrap:
    """The wall of one job: each program in namespaces of its own, held back until it can be killed."""

    def __init__(
        self,
        ground: Ground,
        spawner: Spawner,
        limits: SandboxLimits,
        network: NetworkMode,
        group: MemoryGroup | None,
    ) -> None:
        self._ground = ground
        self._spawner = spawner
        self._limits = limits
        self._network = network
        self._group = group
        self._filter = filter_file(ground.folder / "filters", "namespaces", network)
        self._bwrap = 0
        self._child = 0  # first process of the program's PID namespace
        self._pidfd = -1
        self._status = -1
        self._held = -1  # bubblewrap waits for a byte from here, or for its end
        self._killed = False
        self._idle = False
        self._internet: internet.Internet | None = None

    def start(self, command: Command, standard: tuple[int, int, int], handover: tuple[int, ...]) -> None:
        """Start a program in fresh namespaces; see area.Wall."""
        self._killed = self._idle = False
        if self._group:
            self._group.begin((self._limits.memory_mb + self._limits.work_mb + SPAWNER_MB) * MIB)
        self._status, status = os.pipe2(os.O_CLOEXEC)
        block, self._held = os.pipe2(os.O_CLOEXEC)
        environment = {**policy().environment, "PATH": self._ground.view.path(), **command.env}
        program = find_program(command.argv[0], self._ground.view.path(), self._ground.view.root)
        argv = [BWRAP, "--args", str(ARGUMENTS), "--", program, *command.argv[1:]]
        limits = limit_values(self._limits, OWN_PROCESSES)
        arguments, telling = os.pipe2(os.O_CLOEXEC)
        passed = [arguments, os.open(self._filter, os.O_RDONLY), status, block]
        try:
            request = {"argv": argv, "env": {}, "family": True, "limits": limits}
            request["last"] = policy().waiting.numbers(handover)
            self._spawner.request(request, (*standard, *passed, *handover))
        finally:
            for descriptor in passed:
                os.close(descriptor)
        answer = self._spawner.answer()
        if "error" in answer:
            os.close(telling)
            self._close()
            raise SandboxUnavailableError(answer["error"])
        self._bwrap = answer["pid"]
        try:
            _tell(telling, self._ground.arguments[self._network], environment)
            self._adopt()
        except (OSError, SandboxUnavailableError):
            self._abandon(answer["pid"])
            raise

    def is_held(self) -> bool:
        """Whether bubblewrap, and what makes its network, still wait: it may have been long."""
        held = not self._spawner.has_answered() and is_alive(self._bwrap) and is_alive(self._child)
        return held and (self._internet is None or self._internet.is_open())

    def release(self) -> None:
        """Let the program run."""
        os.write(self._held, b"x")

    def idle(self) -> None:
        """Have the program yield, where we may take that back: as root."""
        self._idle = self._ground.user is not None
        if self._idle:
            os.sched_setscheduler(self._child, os.SCHED_IDLE, os.sched_param(0))

    def hurry(self) -> None:
        """Have all threads of all its processes run as others do."""
        if self._idle:
            self._idle = False
            priority.hurry(self.pids())

    def _adopt(self) -> None:
        """Take the held program into our hands. Raises SandboxUnavailableError or OSError; it must not run then."""
        self._child = self._first_process()
        self._pidfd = os.pidfd_open(self._child)
        with suppress(FileNotFoundError, ProcessLookupError):
            Path(f"/proc/{self._child}/oom_score_adj").write_text("1000")
        if self._network is NetworkMode.SEMITRUSTED:
            self._internet = internet.Internet(self._child, self._ground.as_user())

    def _first_process(self) -> int:
        """Return the id of the new namespace's first process, as bubblewrap tells it."""
        text = b""
        while b"\n" not in text:
            readable, _, _ = select.select([self._status], [], [], START_SECONDS)
            data = os.read(self._status, 4096) if readable else b""
            if not data:
                message = "bubblewrap could not make the namespaces."
                raise SandboxUnavailableError(message)
            text += data
        return int(json.loads(text.split(b"\n")[0])["child-pid"])

    def _abandon(self, bwrap: int) -> None:
        """Kill what was started, before its being let go (`_close`) would let it run; its report is void."""
        for pid in list(memory.descendants(bwrap)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._spawner.answer()
        self._close()

    def started(self) -> Iterable[int]:
        """Return bubblewrap's process and all below it."""
        return memory.descendants(self._bwrap)

    def pids(self) -> Iterable[int]:
        """Return the processes of the namespace."""
        return memory.descendants(self._child)

    def kill(self) -> None:
        """Kill the namespace's first process: the kernel kills all others with it."""
        self._killed = True
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def out_of_memory(self) -> bool:
        """Whether the kernel killed one of the program's processes for memory."""
        return self._group is not None and self._group.killed()

    def bury(self) -> Usage:
        """Nothing outlives the namespace; but see whether the program began, or bubblewrap gave up before."""
        if self._group and (self._killed or self._group.killed()):
            self._group.await_room()
        text = b""
        while data := os.read(self._status, 4096):
            text += data
        self._close()
        if b"exit-code" not in text and not self._killed:
            message = "bubblewrap could not make the sandbox, or was killed."
            raise SandboxUnavailableError(message)
        return 0, 0

    def _close(self) -> None:
        os.close(self._status)
        os.close(self._held)
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        if self._internet:
            self._internet.close()
            self._internet = None


def _tell(pipe: int, arguments: Iterable[str], environment: Mapping[str, str]) -> None:
    """Give bubblewrap, which has its limits by now and waits, its arguments: on a command line they'd be public.

    Raises SandboxUnavailableError.
    """
    words = [*arguments, *(word for item in environment.items() for word in ("--setenv", *item))]
    try:
        with os.fdopen(pipe, "wb") as file:
            file.write(b"".join(word.encode() + b"\0" for word in words))
    except BrokenPipeError:
        message = "bubblewrap could not be started."
        raise SandboxUnavailableError(message) from None
