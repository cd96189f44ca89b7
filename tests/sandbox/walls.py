"""Takes single walls out of a backend, in the driver's process, to see that the suite notices.

The shipped code has no switch for any of this: here its functions are replaced before the backend is made.
"""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from ipaddress import IPv4Network
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

ALLOW_ALL: Final = struct.pack("=HBBI", 0x06, 0, 0, 0x7FFF0000)  # a filter's `return ALLOW`
NO_RULES: Final = "table inet sandbox {{\nset own {{ type ipv4_addr; flags interval; }}\n}}\n"
WITH_VALUE: Final = ("--reuid", "--regid", "--seccomp-filter")
SUPERVISOR: Final = MappingProxyType(dict(os.environ))

Rewrite = Callable[[list[str], dict[str, str]], tuple[list[str], dict[str, str]]]


def remove(backend: str, wall: str) -> None:
    """Take a wall out of a backend. Raises KeyError for one that isn't known."""
    WALLS[wall](_module({"namespaces": "bubblewrap"}.get(backend, backend)))


def _module(name: str) -> Any:
    """Return a module of the sandbox, to be changed. Only what a backend has in its image is ever imported."""
    return import_module(f"runtime_images.worker.sandbox.{name}")


def _rewrite(change: Rewrite) -> None:
    """Change the command lines and environments that the spawner is asked to start."""
    client = _module("process").Spawner
    ask = client.request

    def request(self: Any, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        if "argv" in message:
            argv, env = change(list(message["argv"]), dict(message["env"]))
            message = {**message, "argv": argv, "env": env}
        ask(self, message, descriptors)

    client.request = request


def _without(*words: str) -> Callable[[Any], None]:
    """Return a removal of words of the command line, and of the values that follow them."""

    def change(argv: list[str], env: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        values = {at + 1 for at, word in enumerate(argv) if word in words and word in WITH_VALUE}
        return [word for at, word in enumerate(argv) if word not in words and at not in values], env

    return lambda _backend: _rewrite(change)


def _bubblewrap_without(words: str) -> Callable[[Any], None]:
    """Return a removal of an argument of bubblewrap's and its values, all joined by spaces."""

    def change(backend: Any) -> None:
        make = backend.shared_arguments

        def arguments(*parts: object) -> Iterable[str]:
            line = "\0".join(make(*parts))
            return line.replace(words.replace(" ", "\0") + "\0", "", 1).split("\0")

        backend.shared_arguments = arguments

    return change


def _rlimits(backend: Any) -> None:
    backend.prlimit = backend.limit_values = lambda *_: []


def _read_only_root(_backend: Any) -> None:
    """Have the root folder writable for everybody: programs of a worker that is root do not own it."""
    linux, view = _module("linux"), _module("view")
    linux.MS_RDONLY = 0
    mount = view._mount_own

    def mount_open(target: Path) -> None:
        mount(target)
        target.chmod(0o777)

    view._mount_own = mount_open


def _filter(backend: Any) -> None:
    everything = Path("/run" if backend.__name__.endswith("task") else "/dev/shm", "allow-all")  # noqa: S108
    everything.write_bytes(ALLOW_ALL)
    backend.filter_file = lambda *_: everything


def _host_user(_backend: Any) -> None:
    """Have a local worker that is root start bubblewrap as root."""
    linux = _module("linux")

    def own_mounts() -> None:
        linux.unshare(linux.CLONE_NEWNS)
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)

    linux.is_real_root = lambda: False
    linux.own_mounts = own_mounts


def _environment(backend: Any) -> None:
    def change(argv: list[str], _env: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        return [word for word in argv if word != "--ignore-environment"], dict(SUPERVISOR)

    _rewrite(change)
    if backend.__name__.endswith("bubblewrap"):
        _bubblewrap_without("--clearenv")(backend)


def _killer(backend: Any) -> None:
    """Have programs killed by one of their own user, on a machine slow enough that they can act first."""

    def kill(wall: Any) -> None:
        subprocess.run([*wall._as_user(), "/bin/sh", "-c", "sleep 0.2; kill -9 -1"], env={}, check=False)

    backend._Users.kill = kill


def _memory(_backend: Any) -> None:
    _module("memory").used_kb = lambda *_: 0
    _module("cgroup").MemoryGroup.create = lambda: None


def _nameless(_backend: Any) -> None:
    view = _module("view")
    view._nameless = lambda source, folder, name: view._reachable(source, folder / name)


def _addresses_fail(_backend: Any) -> None:
    """Have the packet filter be set once, and then no more."""
    internet = _module("internet")
    own = internet._own
    times = iter(range(2))

    def once(networks: Iterable[IPv4Network]) -> str:
        return str(own(networks)) if next(times) == 0 else "nonsense"

    internet._own = once


def _loopback() -> list[IPv4Network]:
    """Know no more of a machine's addresses."""
    return [IPv4Network("127.0.0.0/8")]


def _area_size(_backend: Any) -> None:
    linux = _module("linux")
    mount = linux.mount_tmpfs
    linux.mount_tmpfs = lambda target, size, _inodes: mount(target, size, 0)


def _output(_backend: Any) -> None:
    def feed(output: Any, data: bytes) -> None:
        output._kept += data

    _module("contract").Output.feed = feed


def _replaced(name: str, value: object, module: str = "") -> Callable[[Any], None]:
    """Return a removal that puts something else in place of a (dotted) name of the backend's or another module."""

    def replace(backend: Any) -> None:
        *path, last = name.split(".")
        owner = _module(module) if module else backend
        for part in path:
            owner = getattr(owner, part)
        setattr(owner, last, value)

    return replace


def _in_spawner(weakness: str) -> Callable[[Any], None]:
    """Return a removal that happens in the spawner's process (weak_spawner.py)."""

    def weaken(_backend: Any) -> None:
        process = _module("process")
        process.spawner.__name__ = "tests.sandbox.weak_spawner"
        process.NO_VARIABLES = {"WEAKNESS": weakness}

    return weaken


def _sweep(_backend: Any) -> None:
    object.__setattr__(_module("policy").policy().files, "swept", ())


WALLS: Final[Mapping[str, Callable[[Any], None]]] = {
    "filter": _filter,
    "user": _without("--reuid", "--regid"),
    "host-user": _host_user,
    "no-new-privs": _without("--no-new-privs", "--seccomp-filter"),
    "environment": _environment,
    "bury": _replaced("_Users.bury", lambda _wall: (0, 0)),
    "killer": _killer,
    "reset": _replaced("Task._reset", lambda _task: None),
    "folder-reset": _replaced("_own_again", lambda folder, user: os.chown(folder, user, user)),
    "sweep": _sweep,
    "memory": _memory,
    "memory-watch": _replaced("used_kb", lambda *_: 0, module="memory"),
    "rlimits": _rlimits,
    "area-size": _area_size,
    "output": _output,
    "lookup": _replaced("find_program", lambda name, *_: name),
    "seals": _replaced("SEALS", 0, module="launched"),
    "safe-names": _replaced("safe_name", lambda path: path, module="artifacts"),
    "no-follow": _in_spawner("no-follow"),
    "plain-files": _in_spawner("plain-files"),
    "session": _in_spawner("session"),
    "network-namespace": _bubblewrap_without("--unshare-net"),
    "packet-filter": _replaced("RULES", NO_RULES, module="internet"),
    "own-addresses": _replaced("own_networks", _loopback, module="internet"),
    "addresses-fail": _addresses_fail,
    "later-addresses": _replaced("own_networks", _loopback, module="own_addresses"),
    "nameless": _nameless,
    "cgroup-namespace": _bubblewrap_without("--unshare-cgroup-try"),
    "pid-namespace": _bubblewrap_without("--unshare-pid"),
    "ipc-namespace": _bubblewrap_without("--unshare-ipc"),
    "read-only-root": _read_only_root,
    "read-only-proc": _bubblewrap_without("--remount-ro /proc"),
}
