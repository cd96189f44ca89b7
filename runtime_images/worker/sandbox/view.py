"""What programs see of a root file system in the namespaces backend: nothing but what policy.toml names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runtime_images.worker.sandbox import linux
from runtime_images.worker.sandbox.policy import policy

HOST: Final = Path("/")
TOOLS: Final = "/etc/language"  # as in the images


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

    def arguments(self, folder: Path) -> Iterator[str]:
        """Yield bubblewrap's arguments that show it, read-only; what has to be laid out for that is, in `folder`."""
        root = self.root if self.root == HOST else _reachable(self.root, folder / "root")
        for shown in policy().files.show:
            source = root / shown[1:]
            if source.is_symlink():
                yield from ("--symlink", str(source.readlink()), shown)
            elif source.is_dir():
                yield from ("--ro-bind", str(source), shown)
        etc = self.etc or folder / "etc"
        if not etc.exists():
            _lay_out_etc(etc, root / "etc")
        yield from ("--ro-bind", str(etc), "/etc")
        if self.tools:
            yield from ("--ro-bind", str(_copied(self.tools, folder / "tools")), TOOLS)
        for number, toolchain in enumerate(self.folders):
            yield from ("--ro-bind", str(_reachable(toolchain, folder / f"toolchain-{number}")), str(toolchain))


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


def _reachable(toolchain: Path, target: Path) -> Path:
    """Show a folder at a place that every user can get to: it may lie below a private home."""
    target.mkdir()
    linux.bind(toolchain, target)
    return target
