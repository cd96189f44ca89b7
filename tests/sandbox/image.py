"""Builds the container harness's root file system from the shipped Dockerfile, without a container engine.

mmdebstrap makes the Debian base from the machine's own mirror settings, buildah builds the Dockerfile on it.
The result is kept in the user's cache folder by the hash of all that it's made of.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCKERFILE = REPOSITORY / "runtime_images" / "base" / "Dockerfile"
SOURCES = (
    "pyproject.toml",
    "functions/__init__.py",
    "functions/core",
    "runtime_images/__init__.py",
    "runtime_images/base",
    "runtime_images/worker",
)
BASE = "docker.io/library/debian:trixie-slim"
TAG = "localhost/code-execution-base:test"
KEPT = 6
ENVIRONMENT = {"STORAGE_DRIVER": "overlay", "BUILDAH_ISOLATION": "chroot"}


class NoImageError(Exception):
    """The root file system can't be had here; the message says what to install or change."""


def root_file_system() -> Path:
    """Return the folder of the image's root file system, building it when its parts have changed."""
    if os.geteuid() != 0:
        raise NoImageError("the container harness needs root: it makes a container without an engine")
    missing = [tool for tool in ("mmdebstrap", "buildah", "unshare") if not shutil.which(tool)]
    if missing:
        raise NoImageError(f"the container harness needs: apt-get install {' '.join(missing)}")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "code-execution" / "images"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = cache / f"base-{_digest()}"
        if not root.exists():
            _build()
            _export(root)
        os.utime(root)
        _prune(cache)
    return root


def _prune(cache: Path) -> None:
    """Remove all images but those used last; other checkouts may be using theirs."""
    for old in sorted(cache.glob("base-*"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        going = old.rename(cache / f"old-{old.name}")
        shutil.rmtree(going)


def _digest() -> str:
    """Return a hash of all that goes into the image."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = REPOSITORY / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(REPOSITORY)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _build() -> None:
    if not _buildah("images", "--quiet", "--filter", f"reference={BASE}"):
        _build_base()
    with tempfile.TemporaryDirectory() as folder:
        _buildah(
            *("bud", "--layers", "--pull=never", "--file", str(DOCKERFILE), "--tag", TAG),
            *("--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096"),  # root may not be allowed to raise its own
            *_certificates(Path(folder)),
            str(REPOSITORY),
        )


def _build_base() -> None:
    """Make what `FROM debian:trixie-slim` names."""
    with tempfile.TemporaryDirectory() as folder:
        archive = f"{folder}/base.tar"
        _run("mmdebstrap", "--variant=minbase", "--include=ca-certificates", "trixie", archive)
        container = _buildah("from", "scratch")
        _buildah("add", "--quiet", container, archive)
        _buildah("commit", "--quiet", "--rm", container, BASE)


def _certificates(folder: Path) -> list[str]:
    """Return the options that show pip this machine's certificates, where its network has others."""
    bundle = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if not bundle:
        return []
    settings = folder / "pip.conf"
    settings.write_text("[global]\ncert = /run/certificates.crt\n")
    return ["--volume", f"{bundle}:/run/certificates.crt:ro", "--volume", f"{settings}:/etc/pip.conf:ro"]


def _export(root: Path) -> None:
    """Copy the image's root file system to `root`, all of it or nothing."""
    container = _buildah("from", "--pull=never", TAG)
    try:
        mounted = _buildah("mount", container)
        unfinished = Path(tempfile.mkdtemp(dir=root.parent))
        _run("cp", "--archive", f"{mounted}/.", str(unfinished))
        unfinished.chmod(0o755)
        (unfinished / "app" / "tests").mkdir()  # where container.sh puts the driver
        unfinished.rename(root)
    finally:
        _buildah("rm", container)


def _buildah(*arguments: str) -> str:
    return _run("buildah", *arguments)


def _run(*command: str) -> str:
    done = subprocess.run(command, env=dict(os.environ) | ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoImageError(f"{' '.join(command[:2])} failed: {done.stderr[-2000:]}")
    return done.stdout.strip()
