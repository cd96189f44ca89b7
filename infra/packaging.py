"""What the Lambda functions run, as two zip files: one layer with their dependencies, and the code. No Docker."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
BUILD: Final = ROOT / "build"
LOCK: Final = ROOT / "functions" / "requirements.txt"
PYTHON: Final = "3.14"  # Lambda's runtime
PLATFORM: Final = "aarch64-manylinux_2_28"  # wheels that Amazon Linux 2023 on Graviton takes

# The same paths as in the repository, so the same imports.
CODE: Final = ("functions/**/*", "runtime_images/*/language.toml", "runtime_images/*/hello.*")
TIMESTAMP: Final = (2020, 1, 1, 0, 0, 0)  # of every entry: equal contents make equal files


class PackagingError(Exception):
    """The dependencies could not be fetched; the message says why."""


def code_zip() -> Path:
    """Return the zip of all handlers and what they read, made anew where anything changed."""
    paths = sorted(path for pattern in CODE for path in ROOT.glob(pattern) if _is_code(path))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    target = BUILD / f"code-{digest.hexdigest()[:16]}.zip"
    if not target.exists():
        _write_zip(target, ((path, str(path.relative_to(ROOT))) for path in paths))
    return target


def _is_code(path: Path) -> bool:
    return path.is_file() and path != LOCK and "__pycache__" not in path.parts


def layer_zip(python: str = PYTHON, platform: str = PLATFORM) -> Path:
    """Return the zip of the dependencies for a platform, fetched by their hashes once for each lock."""
    digest = hashlib.sha256(f"{python} {platform}\n".encode() + LOCK.read_bytes())
    target = BUILD / f"layer-{digest.hexdigest()[:16]}.zip"
    if not target.exists():
        BUILD.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            _install(Path(folder), python, platform)
            _write_zip(target, ((path, f"python/{path.relative_to(folder)}") for path in _files(Path(folder))))
    return target


def _install(folder: Path, python: str, platform: str) -> None:
    """Install the lock's packages for a platform. Raises PackagingError."""
    import uv  # noqa: PLC0415  # only what deploys has it installed

    command = (
        uv.find_uv_bin(), "pip", "install", "--quiet", "--target", str(folder), "--require-hashes",
        "--only-binary", ":all:", "--python-version", python, "--python-platform", platform,
        "--link-mode", "copy", "--requirement", str(LOCK),
    )  # fmt: skip
    # The second try trusts what the machine trusts besides, such as a company's proxy; a bare machine trusts nothing.
    for trust in ((), ("--system-certs",)):
        done = subprocess.run((*command, *trust), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
    else:
        message = f"The Lambda functions' dependencies could not be installed:\n{done.stderr.strip()}"
        raise PackagingError(message)
    shutil.rmtree(folder / "bin", ignore_errors=True)  # programs of the packages, with this machine's paths in them


def _files(folder: Path) -> Iterator[Path]:
    """Yield what belongs into the layer: what was installed, without notes about when and from where."""
    notes = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", ".lock"}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in notes and "__pycache__" not in path.parts:
            yield path


def _write_zip(target: Path, entries: Iterable[tuple[Path, str]]) -> None:
    """Write a zip whose bytes follow from its contents alone, in one step."""
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in entries:
            entry = zipfile.ZipInfo(name, TIMESTAMP)
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    temporary.replace(target)
