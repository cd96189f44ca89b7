"""The namespaces backend: bubblewrap on any Linux with user namespaces. Every program has namespaces of its own.

A worker that is the machine's root has each program switched to a user of the worker's own before bubblewrap
is even started. A worker of an ordinary user becomes root of a user namespace, which is no more than that user.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from functions.core.job import NetworkMode
from functions.core.languages import Waiting
from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox import bubblewrap, internet, linux, origin, outside
from runtime_images.worker.sandbox.area import Folder, WorkArea
from runtime_images.worker.sandbox.bubblewrap import Bubblewrap, Ground
from runtime_images.worker.sandbox.cgroup import MemoryGroup
from runtime_images.worker.sandbox.contract import Command, SandboxUnavailableError
from runtime_images.worker.sandbox.process import Spawner
from runtime_images.worker.sandbox.rlimits import raise_own
from runtime_images.worker.sandbox.seccomp import write_filters
from runtime_images.worker.sandbox.trial import prove
from runtime_images.worker.sandbox.view import View

ADVICE: Final = "run 'apt-get install -y bubblewrap' (Debian) or your system's counterpart"
FOLDERS: Final = (
    *(Folder("work", 0o700), Folder("tmp", 0o700), Folder("shm", 0o700)),
    *(Folder("tmp/input", 0o755), Folder("tmp/artifacts", 0o755)),
)


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
    view: View = field(default_factory=View)
    name: str = "namespaces"
    _user: socket.socket | None = None  # holds the programs' user
    _spawner: Spawner | None = None
    _ground: Ground | None = None
    _group: MemoryGroup | None = None
    _next: _Anticipated | None = None

    def prepare(self) -> None:
        """Enter namespaces of our own and lay out what every job shares. Raises SandboxUnavailableError."""
        if not Path(bubblewrap.BWRAP).exists():
            message = f"bubblewrap is missing: {ADVICE}."
            raise SandboxUnavailableError(message)
        try:
            user = self._claim_user() if linux.is_real_root() else None
            raise_own()
            os.umask(origin.UMASK)  # what is laid out here is for other users to read
            linux.own_mounts()
            for name in ("area", "filters"):
                (self.folder / name).mkdir()
            self.folder.chmod(0o711)
            write_filters(self.folder / "filters")
            if user is not None and internet.why_not() is None:
                internet.share_tun(self.folder)
            root = self.view.lay_out(self.folder)
        except OSError as error:
            message = f"This machine doesn't let a worker make namespaces ({error}). {_namespace_advice()}"
            raise SandboxUnavailableError(message) from error
        arguments = {each: tuple(bubblewrap.shared_arguments(root, self.folder, each)) for each in NetworkMode}
        self._ground = Ground(self.folder, self.view, user, arguments)
        self._spawner = Spawner(user)
        if user is not None:
            self._group = MemoryGroup.create()
        if self._group:
            self._group.hold(self._spawner.pid)

    def _claim_user(self) -> int:
        user, self._user = outside.claim_user()
        return user

    def await_loss(self) -> None:
        """Wait, in a thread of one's own, until no program can be run here any more."""
        if self._spawner:
            self._spawner.await_end()

    def check(self) -> None:
        """Prove by a trial run that isolation works. Raises SandboxUnavailableError."""
        prove(self)

    def anticipate(
        self, limits: SandboxLimits, network: NetworkMode, command: Command, waiting: Waiting | None = None
    ) -> None:
        """Make the next job's area now, its first command held back: half of a short job's time is this.

        Raises SandboxUnavailableError.
        """
        if self._next and (self._next.limits, self._next.network) == (limits, network):
            return
        self.forget()
        area = self._make(limits, network)
        self._next = _Anticipated(limits, network, area)
        area.launch(command, waiting)

    def let_wait(self) -> None:
        """Have the held command start, if it waits by itself."""
        if self._next:
            self._next.area.let_wait()

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

    def forget(self) -> None:
        """Take away what was made for a job that didn't come."""
        ready, self._next = self._next, None
        if ready:
            self._drop(ready.area)

    def _make(self, limits: SandboxLimits, network: NetworkMode) -> WorkArea:
        if network is NetworkMode.SEMITRUSTED and (reason := internet.why_not()):
            raise SandboxUnavailableError(reason)
        if self._ground is None or self._spawner is None:
            message = "The sandbox was not prepared."
            raise SandboxUnavailableError(message)
        mount = self.folder / "area"
        linux.mount_tmpfs(mount, limits.work_mb * MIB, limits.inodes)
        wall = Bubblewrap(self._ground, self._spawner, limits, network, self._group)
        owner = os.geteuid() if self._ground.user is None else self._ground.user
        return WorkArea(mount, FOLDERS, owner, limits, wall, self._spawner, read_as_owner=False)

    def _drop(self, area: WorkArea) -> None:
        """Take an area away, with all that is in it."""
        try:
            area.close()
        finally:
            linux.unmount(self.folder / "area")

    def close(self) -> None:
        """End the spawner, and give back what was taken."""
        self.forget()
        if self._spawner:
            self._spawner.close()
            linux.unmount_below(self.folder)  # for whoever removes it: mounts would be in the way
        if self._group:
            self._group.remove()
        if self._user:
            self._user.close()


def _namespace_advice() -> str:
    """Return what usually stands in the way of user namespaces, and how to remove it."""
    return (
        "Check that user namespaces are allowed: sysctl user.max_user_namespaces must not be 0, "
        "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns must not forbid them; "
        "a container needs to be run with them allowed."
    )
