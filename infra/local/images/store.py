"""The root file systems of images, kept for the local service and the trials, one folder a language."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.images import sources


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is kept of an image beside its files."""

    image: str  # hash of all that the image was made of
    toolchain: str  # hash of that without the worker: what its programs meet
    size: int  # bytes of its files
    build_seconds: float


def default_folder() -> Path:
    """Return where images are kept unless somebody says otherwise."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "code-execution" / "roots"


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of root file systems. One process at a time changes it; any number reads."""

    folder: Path

    def root(self, name: str) -> Path:
        """Return where the root file system of an image is, or would be."""
        return self.folder / name / "root"

    def manifest(self, name: str) -> Manifest | None:
        """Return what is known of an image; None if it isn't here."""
        path = self.folder / name / "manifest.json"
        return Manifest(**json.loads(path.read_text())) if path.exists() else None

    def names(self) -> list[str]:
        """Return the images that are here."""
        return sorted(path.parent.name for path in self.folder.glob("*/manifest.json"))

    def stale(self, name: str) -> bool:
        """Whether an image that is here has another toolchain than its Dockerfile would give now."""
        manifest = self.manifest(name)
        return manifest is not None and manifest.toolchain != sources.toolchain_digest(name)

    def keep(self, name: str, source: Path, like: Iterable[str], image: str, seconds: float) -> Manifest:
        """Copy a root file system here, in place of the one before; files of the images `like` it exist once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=self.folder))
        try:
            unfinished.chmod(0o755)
            size = copy_tree(source, unfinished / "root", [self.root(each) for each in like if self.manifest(each)])
            manifest = Manifest(image, sources.toolchain_digest(name), size, seconds)
            (unfinished / "manifest.json").write_text(json.dumps(asdict(manifest)))
            self._replace(name, unfinished)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return manifest

    def _replace(self, name: str, unfinished: Path) -> None:
        old = self.folder / f".{name}-old"
        shutil.rmtree(old, ignore_errors=True)
        if (self.folder / name).exists():
            (self.folder / name).rename(old)
        unfinished.rename(self.folder / name)
        shutil.rmtree(old, ignore_errors=True)


def copy_tree(source: Path, target: Path, like: list[Path]) -> int:
    """Copy a root file system; what a tree of `like` has unchanged at the same place becomes a link to that.

    Returns the bytes of its files, each counted once whatever names it has. Devices, pipes and sockets are left out:
    a container gets its own.
    """
    size, copies = 0, dict[tuple[int, int], Path]()
    _copy_folder(source, target)
    for folder, folders, files in os.walk(source):
        relative = os.path.relpath(folder, source)
        for name in [*folders, *files]:
            path = Path(relative, name)
            size += _copy(source / path, target / path, [each / path for each in like], copies)
    return size


def _copy(source: Path, target: Path, twins: list[Path], copies: dict[tuple[int, int], Path]) -> int:
    """Copy one thing, not what is in it; return the bytes of a file that has no copy yet under another name."""
    status = source.lstat()
    if stat.S_ISDIR(status.st_mode):
        _copy_folder(source, target)
    elif stat.S_ISLNK(status.st_mode):
        target.symlink_to(source.readlink())
    elif stat.S_ISREG(status.st_mode):
        copy = copies.setdefault((status.st_dev, status.st_ino), target)
        twin = copy if copy != target else next((twin for twin in twins if _same(status, twin)), None)
        if twin:
            target.hardlink_to(twin)
        else:
            shutil.copy2(source, target)
            _own(target, status)
        return status.st_size if copy == target else 0
    return 0


def _copy_folder(source: Path, target: Path) -> None:
    target.mkdir()
    _own(target, source.stat())
    target.chmod(stat.S_IMODE(source.stat().st_mode))


def _own(target: Path, status: os.stat_result) -> None:
    if os.geteuid() == 0:
        os.chown(target, status.st_uid, status.st_gid)
        target.chmod(stat.S_IMODE(status.st_mode))


def _same(status: os.stat_result, twin: Path) -> bool:
    """Whether a file is the other one unchanged, from the same layer of an image."""
    try:
        other = twin.lstat()
    except OSError:
        return False
    return stat.S_ISREG(other.st_mode) and _identity(status) == _identity(other)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, int(status.st_mtime), status.st_mode, status.st_uid, status.st_gid


def bytes_once(roots: Iterable[Path]) -> int:
    """Return the bytes of all files below these folders, those that are one file on disk counted once."""
    return sum({(each.st_dev, each.st_ino): each.st_size for root in roots for each in _files(root)}.values())


def _files(root: Path) -> Iterator[os.stat_result]:
    for folder, _, files in os.walk(root):
        for name in files:
            status = Path(folder, name).lstat()
            if stat.S_ISREG(status.st_mode):
                yield status
