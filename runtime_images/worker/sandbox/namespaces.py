"""The namespaces backend: bubblewrap on any Linux with user namespaces. Every program has namespaces of its own.

A worker that is the machine's root has each program switched to a user of the worker's own before bubblewrap
is even started. A worker of an ordinary user becomes root of a user namespace, which is no more than that user.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from functions.core.job import NetworkMode
from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox import internet, linux, memory
from runtime_images.worker.sandbox.area import Folder, WorkArea
from runtime_images.worker.sandbox.cgroup import MemoryGroup
from runtime_images.worker.sandbox.contract import Command, SandboxUnavailableError
from runtime_images.worker.sandbox.lookup import find_program
from runtime_images.worker.sandbox.policy import Policy, policy
from runtime_images.worker.sandbox.process import Spawner, Usage
from runtime_images.worker.sandbox.rlimits import prlimit
from runtime_images.worker.sandbox.seccomp import write_filters
from runtime_images.worker.sandbox.seccomp_files import filter_file
from runtime_images.worker.sandbox.trial import prove

BWRAP: Final = "/usr/bin/bwrap"
SETPRIV: Final = "/usr/bin/setpriv"
ADVICE: Final = "run 'apt-get install -y bubblewrap' (Debian) or your system's counterpart"
START_SECONDS: Final = 10.0
FOLDERS: Final = (
    *(Folder("work", 0o700), Folder("tmp", 0o700), Folder("shm", 0o700)),
    *(Folder("tmp/input", 0o755), Folder("tmp/artifacts", 0o755)),
)
SPAWNER_MB: Final = 32  # what the spawner needs of the memory group that it shares with programs
OWN_PROCESSES: Final = 8  # what may count beside a program's own: bubblewrap's two, a worker's in its namespace
# Descriptors that bubblewrap finds open, beside 0, 1 and 2.
ARGUMENTS, FILTER, STATUS, BLOCK = 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class View:
    """What programs see of a root file system."""

    root: Path = Path("/")
    folders: tuple[Path, ...] = ()  # toolchains outside the system's own folders, shown where they are
    search_path: tuple[str, ...] | None = None  # where commands are looked up; None: the policy's PATH

    def path(self) -> str:
        """Return the PATH of programs."""
        return ":".join(self.search_path) if self.search_path else policy().environment["PATH"]


@dataclass(frozen=True, slots=True)
class _Anticipated:
    """An area that was made before its job came."""

    limits: SandboxLimits
    network: NetworkMode
    area: WorkArea


@dataclass(slots=True)
class Namespaces:
    """The backend for one worker process, which must have one thread when `prepare` is called."""

    folder: Path  # empty, traversable by everyone: areas are mounted below it
    index: int = 0  # unique among the machine's workers, such as the process id
    view: View = field(default_factory=View)
    name: str = "namespaces"
    _spawner: Spawner | None = None
    _arguments: tuple[str, ...] = ()
    _user: int | None = None  # of programs, outside; None: this process's own
    _group: MemoryGroup | None = None
    _next: _Anticipated | None = None

    def prepare(self) -> None:
        """Enter namespaces of our own and lay out what every job shares. Raises SandboxUnavailableError."""
        if not Path(BWRAP).exists():
            message = f"bubblewrap is missing: {ADVICE}."
            raise SandboxUnavailableError(message)
        try:
            self._user = policy().user.first_outside + self.index if linux.is_real_root() else None
            linux.own_mounts()
            for name in ("area", "filters", "etc"):
                (self.folder / name).mkdir()
            self.folder.chmod(0o711)
            write_filters(self.folder / "filters")
            if self._user is not None and internet.why_not() is None:
                internet.share_tun(self.folder)
        except OSError as error:
            message = f"This machine doesn't let a worker make namespaces ({error}). {_namespace_advice()}"
            raise SandboxUnavailableError(message) from error
        _write_etc(self.folder / "etc", self.view.root / "etc")
        self._arguments = tuple(_shared_arguments(self.view, self.folder, policy()))
        self._spawner = Spawner(self._user)
        if self._user is not None:
            self._group = MemoryGroup.create()
        if self._group:
            self._group.hold(self._spawner.pid)

    def check(self) -> None:
        """Prove by a trial run that isolation works. Raises SandboxUnavailableError."""
        prove(self)

    def anticipate(self, limits: SandboxLimits, network: NetworkMode, command: Command) -> None:
        """Make the next job's area now, its first command held back: half of a short job's time is this.

        Raises SandboxUnavailableError.
        """
        if self._next and (self._next.limits, self._next.network) == (limits, network):
            return
        self._forget()
        area = self._make(limits, network)
        self._next = _Anticipated(limits, network, area)
        area.launch(command)

    @contextmanager
    def open(self, limits: SandboxLimits, network: NetworkMode) -> Iterator[WorkArea]:
        """Give a job a fresh file system in memory, and take it away with all that is in it."""
        ready, self._next = self._next, None
        if ready and (ready.limits, ready.network) == (limits, network):
            area = ready.area
        else:
            if ready:
                self._drop(ready.area)
            area = self._make(limits, network)
        try:
            yield area
        finally:
            self._drop(area)

    def _forget(self) -> None:
        """Take away what was made for a job that didn't come."""
        ready, self._next = self._next, None
        if ready:
            self._drop(ready.area)

    def _make(self, limits: SandboxLimits, network: NetworkMode) -> WorkArea:
        if network is NetworkMode.SEMITRUSTED and (reason := internet.why_not()):
            raise SandboxUnavailableError(reason)
        if self._spawner is None:
            message = "The sandbox was not prepared."
            raise SandboxUnavailableError(message)
        mount = self.folder / "area"
        linux.mount_tmpfs(mount, limits.work_mb * MIB, limits.inodes)
        wall = _Bubblewrap(self, self._spawner, limits, network, self._group)
        owner = self._user if self._user is not None else os.geteuid()
        return WorkArea(mount, FOLDERS, owner, limits, wall, self._spawner, read_as_owner=False)

    def _drop(self, area: WorkArea) -> None:
        """Take an area away, with all that is in it."""
        area.close()
        linux.unmount(self.folder / "area")

    def close(self) -> None:
        """End the spawner, and give the memory group back."""
        self._forget()
        if self._spawner:
            self._spawner.close()
        if self._group:
            self._group.remove()

    def as_user(self) -> list[str]:
        """Return the command that makes what follows it the user that programs are outside."""
        if self._user is None:
            return []
        user = str(self._user)
        return [SETPRIV, "--reuid", user, "--regid", user, "--clear-groups"]

    def arguments(self) -> tuple[str, ...]:
        """Return bubblewrap's arguments that are the same for every program."""
        return self._arguments


def _shared_arguments(view: View, folder: Path, rules: Policy) -> Iterator[str]:
    """Yield the arguments that make a program's namespaces and file system."""
    inside = str(rules.user.inside)
    yield from ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--unshare-net", "--uid", inside, "--gid", inside, "--hostname", "sandbox", "--cap-drop", "ALL")
    yield from ("--die-with-parent", "--new-session", "--clearenv")
    yield from ("--seccomp", str(FILTER), "--json-status-fd", str(STATUS), "--block-fd", str(BLOCK))
    for shown in rules.files.show:
        source = view.root / shown[1:]
        if source.is_symlink():
            yield from ("--symlink", str(source.readlink()), shown)
        elif source.is_dir():
            yield from ("--ro-bind", str(source), shown)
    yield from ("--ro-bind", str(folder / "etc"), "/etc")
    for number, toolchain in enumerate(view.folders):
        yield from ("--ro-bind", str(_reachable(toolchain, folder / f"toolchain-{number}")), str(toolchain))
    yield from ("--proc", "/proc", "--dev", "/dev")
    area = folder / "area"
    yield from ("--bind", str(area / "work"), "/work", "--bind", str(area / "tmp"), "/tmp")  # noqa: S108
    yield from ("--bind", str(area / "shm"), "/dev/shm")  # noqa: S108
    yield from ("--remount-ro", "/dev", "--remount-ro", "/proc", "--remount-ro", "/")
    yield from ("--chdir", "/work")


def _write_etc(target: Path, source: Path) -> None:
    """Make an /etc of our own files and copies of the machine's harmless ones: one mount shows it all."""
    for pattern in policy().files.show_etc:
        for path in source.glob(pattern):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            # What this user may not read, no program of his may either: it is left out.
            with suppress(OSError, shutil.Error):
                if path.is_dir():
                    shutil.copytree(path, copy, symlinks=True)
                else:
                    shutil.copy2(path, copy, follow_symlinks=False)
    for name, text in policy().files.etc.items():
        (target / name).write_text(text)


def _reachable(toolchain: Path, target: Path) -> Path:
    """Show a toolchain at a place that every user can get to: it may lie below a private home."""
    target.mkdir()
    linux.bind(toolchain, target)
    return target


def _namespace_advice() -> str:
    """Return what usually stands in the way of user namespaces, and how to remove it."""
    return (
        "Check that user namespaces are allowed: sysctl user.max_user_namespaces must not be 0, "
        "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns must not forbid them; "
        "a container needs to be run with them allowed."
    )


class _Bubblewrap:
    """The wall of one job: each program in namespaces of its own, held back until it can be killed."""

    def __init__(
        self,
        backend: Namespaces,
        spawner: Spawner,
        limits: SandboxLimits,
        network: NetworkMode,
        group: MemoryGroup | None,
    ) -> None:
        self._backend = backend
        self._spawner = spawner
        self._limits = limits
        self._network = network
        self._group = group
        self._filter = filter_file(backend.folder / "filters", backend.name, network)
        self._child = 0  # first process of the program's PID namespace
        self._pidfd = -1
        self._status = -1
        self._held = -1  # bubblewrap waits for a byte from here, or for its end
        self._killed = False
        self._internet: internet.Internet | None = None

    def start(self, command: Command, standard: tuple[int, int, int]) -> None:
        """Start a program in fresh namespaces; see area.Wall."""
        self._killed = False
        if self._group:
            self._group.begin((self._limits.memory_mb + self._limits.work_mb + SPAWNER_MB) * MIB)
        self._status, status = os.pipe2(os.O_CLOEXEC)
        block, self._held = os.pipe2(os.O_CLOEXEC)
        environment = {**policy().environment, "PATH": self._backend.view.path(), **command.env}
        program = find_program(command.argv[0], self._backend.view.path(), self._backend.view.root)
        bwrap = [*prlimit(self._limits, OWN_PROCESSES), BWRAP, "--args", str(ARGUMENTS)]
        argv = [*bwrap, "--", program, *command.argv[1:]]
        passed = [_sealed(self._backend.arguments(), environment), os.open(self._filter, os.O_RDONLY), status, block]
        try:
            self._spawner.request({"argv": argv, "env": {}, "family": True}, (*standard, *passed))
        finally:
            for descriptor in passed:
                os.close(descriptor)
        answer = self._spawner.answer()
        if "error" in answer:
            self._close()
            raise SandboxUnavailableError(answer["error"])
        try:
            self._adopt()
        except (OSError, SandboxUnavailableError):
            self._abandon(answer["pid"])
            raise

    def release(self) -> None:
        """Let the program run."""
        os.write(self._held, b"x")

    def _adopt(self) -> None:
        """Take the held program into our hands. Raises SandboxUnavailableError or OSError; it must not run then."""
        self._child = self._first_process()
        self._pidfd = os.pidfd_open(self._child)
        with suppress(FileNotFoundError, ProcessLookupError):
            Path(f"/proc/{self._child}/oom_score_adj").write_text("1000")
        if self._network is NetworkMode.SEMITRUSTED:
            self._internet = internet.Internet(self._child, self._backend.as_user())

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
        text = b""
        while data := os.read(self._status, 4096):
            text += data
        self._close()
        if b"exit-code" not in text and not self._killed:
            message = "bubblewrap could not make the sandbox."
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


def _sealed(arguments: Iterable[str], environment: Mapping[str, str]) -> int:
    """Return a descriptor that bubblewrap reads arguments from: a command line, with secrets in it, is public."""
    words = [*arguments, *(word for item in environment.items() for word in ("--setenv", *item))]
    descriptor = os.memfd_create("arguments", os.MFD_CLOEXEC)
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        file.write(b"".join(word.encode() + b"\0" for word in words))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
