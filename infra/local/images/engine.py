"""What builds Dockerfiles here: docker, podman, or buildah alone, which needs no engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from infra.local.images import debian
from infra.local.images.command import BuildError, output
from infra.local.images.sources import REPOSITORY


class Engine(Protocol):
    """A builder of images."""

    @property
    def name(self) -> str:
        """What it is called."""

    def has_images(self) -> bool:
        """Whether it has any image, of whatever: without, a build is from nothing. Raises BuildError."""

    def build(self, dockerfile: Path, tag: str, log: Path) -> None:
        """Build a Dockerfile with the repository as its context, all output into `log`. Raises BuildError."""

    def root_file_system(self, tag: str) -> AbstractContextManager[Path]:
        """Show an image's root file system in a folder, to be read only. Raises BuildError."""


@dataclass(frozen=True, slots=True)
class ContainerEngine:
    """docker or podman: they share a command line."""

    name: str

    def has_images(self) -> bool:
        """See Engine."""
        return bool(output(self.name, "images", "--quiet"))

    def build(self, dockerfile: Path, tag: str, log: Path) -> None:
        """See Engine."""
        output(self.name, "build", "--file", str(dockerfile), "--tag", tag, str(REPOSITORY), log=log)

    @contextmanager
    def root_file_system(self, tag: str) -> Iterator[Path]:
        """See Engine."""
        container = output(self.name, "create", tag)
        try:
            with tempfile.TemporaryDirectory() as folder:
                archive = Path(folder, "root.tar")
                output(self.name, "export", "--output", str(archive), container)
                root = Path(folder, "root")
                root.mkdir()
                output("tar", "--extract", "--file", str(archive), "--directory", str(root))
                archive.unlink()
                yield root
        finally:
            output(self.name, "rm", container)


@dataclass(frozen=True, slots=True)
class Buildah:
    """buildah with chroot isolation: works wherever there is root, without an engine or a registry."""

    name: str = "buildah"

    def has_images(self) -> bool:
        """See Engine."""
        return bool(debian.buildah("images", "--quiet"))

    def build(self, dockerfile: Path, tag: str, log: Path) -> None:
        """See Engine. What `FROM debian:…` names is made by mmdebstrap if need be."""
        debian.make_base(log)
        debian.buildah(
            *(
                "bud",
                "--layers",
                "--pull=never",
                *debian.LIMITS,
                "--file",
                str(dockerfile),
                "--tag",
                tag,
                str(REPOSITORY),
            ),
            log=log,
        )

    @contextmanager
    def root_file_system(self, tag: str) -> Iterator[Path]:
        """See Engine."""
        container = debian.buildah("from", "--pull=never", tag)
        try:
            yield Path(debian.buildah("mount", container))
        finally:
            debian.buildah("rm", container)


def find_engine() -> Engine:
    """Return the first engine that works here. Raises BuildError with what to install."""
    for name in ("docker", "podman"):
        if shutil.which(name) and _answers(name, "info"):
            return ContainerEngine(name)
    missing = [tool for tool in ("buildah", "mmdebstrap") if not shutil.which(tool)]
    if os.geteuid() == 0 and not missing:
        return Buildah()
    how = f"apt-get install --no-install-recommends {' '.join(missing)}" if missing else "become root, for buildah"
    message = f"Nothing here builds images: start docker or podman, or {how}."
    raise BuildError(message)


def _answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
