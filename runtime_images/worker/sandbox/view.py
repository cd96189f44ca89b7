"""What programs see of a root file system in the namespaces backend: nothing but what policy.toml names."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aws_lambda_powertools import Logger

from runtime_images.worker.sandbox import linux
from runtime_images.worker.sandbox.policy import policy

logger = Logger(service="worker")

HOST: Final = Path("/")
TOOLS: Final = "/etc/language"  # as in the images
ROOT: Final = "root"  # of what is laid out, in a worker's folder
OWN_BYTES: Final = 1 << 20  # of the file systems that hold nothing but folders, links and places to mount on
OWN_FILES: Final = 1000
DEVICES: Final = ("null", "zero", "full", "random", "urandom", "tty")
DEVICE_LINKS: Final = {
    **{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"},
    "core": "/proc/kcore",
    "ptmx": "pts/ptmx",
}


@dataclass(frozen=True, slots=True)
class View:
    """What programs see of a root file system."""

    root: Path = HOST
    folders: tuple[Path, ...] = ()  # toolchains outside the system's own folders, shown where they are
    search_path: tuple[str, ...] | None = None  # where commands are looked up; None: the policy's PATH
    etc: Path | None = None  # where the programs' /etc is laid out, once for all workers of the same root
    tools: Path | None = None  # of the language, shown as TOOLS

    def path(self) -> str:
        """Return the PATH of programs."""
        return ":".join(self.search_path) if self.search_path else policy().environment["PATH"]

    def lay_out(self, folder: Path) -> Path:
        """Mount it below `folder`, once for all of a worker's programs; return the root that each gets a copy of.

        /proc, and what a program may write, are missing: they are each program's own. Raises OSError.
        """
        root = folder / ROOT
        root.mkdir()
        _mount_own(root)
        for name in ("etc", "proc", "dev", "work", "tmp"):
            (root / name).mkdir()
        system = self.root if self.root == HOST else _nameless(self.root, folder, "system")
        for shown in policy().files.show:
            _show(system / shown[1:], root / shown[1:])
        etc = self.etc or folder / "etc"
        if not etc.exists():
            _lay_out_etc(etc, system / "etc")
        linux.bind(_nameless(etc, folder, "system-etc"), root / "etc")
        if self.tools:
            tools = _copied(self.tools, folder / "copied-tools")
            linux.bind(_nameless(tools, folder, "tools"), root / TOOLS[1:])
        for toolchain in self.folders:
            _show(toolchain, root / str(toolchain)[1:])
        _mount_own(root / "dev")
        _lay_out_devices(root / "dev")
        linux.make_read_only(root)
        _open_devices(root / "dev")
        return root


def _mount_own(target: Path) -> None:
    linux.mount_tmpfs(target, OWN_BYTES, OWN_FILES)
    target.chmod(0o755)


def _show(source: Path, target: Path) -> None:
    """Show a folder, or make the link that it is; nothing where there is none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        linux.bind(source, target)


def _lay_out_devices(target: Path) -> None:
    """Make the places of devices, and what is beside them."""
    for name in DEVICES:
        (target / name).touch()
    for name, meaning in DEVICE_LINKS.items():
        (target / name).symlink_to(meaning)
    for name in ("shm", "pts"):
        (target / name).mkdir()


def _open_devices(target: Path) -> None:
    """Put the machine's harmless devices into their places."""
    for name in DEVICES:
        linux.bind(Path("/dev", name), target / name)
    linux.mount_terminals(target / "pts")


def _lay_out_etc(target: Path, source: Path) -> None:
    """Make `target` the programs' /etc: whole, or, where another worker is first, as that one made it."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    unfinished.mkdir()
    _write_etc(unfinished, source)
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished)
        if not target.exists():
            raise


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
    (target / Path(TOOLS).name).mkdir()  # where a language's tools are mounted


def _copied(source: Path, target: Path) -> Path:
    """Copy a folder of files for every user to read, however private the checkout is."""
    target.mkdir()
    target.chmod(0o755)
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
        (target / path.name).chmod(0o644)
    return target


def _nameless(source: Path, folder: Path, name: str) -> Path:
    """Show a folder at a place that every user can get to, by a mount that doesn't say where it lies.

    /proc/self/mountinfo tells every program which folder of which file system a mount shows; of an overlay it tells
    the names that the overlay was made of, and these are ours.
    """
    below = _reachable(source, folder / f"{name}-below")
    empty, shown = folder / "empty", folder / name
    empty.mkdir(exist_ok=True)
    shown.mkdir()
    try:
        linux.overlay(folder, [below.name, empty.name], shown)
    except OSError:
        logger.warning("no overlay could be made: programs can see in which folder the service keeps %s", name)
        return below
    return shown


def _reachable(toolchain: Path, target: Path) -> Path:
    """Show a folder at a place that every user can get to: it may lie below a private home."""
    target.mkdir()
    linux.bind(toolchain, target)
    return target
