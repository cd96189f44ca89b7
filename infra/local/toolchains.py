"""Which languages this machine can run: the images built here, the toolchains on its path, or those they lead to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.core.languages import Catalog, Language
from infra.local.images.store import Store

# What the sandbox shows of the host. A user's own PATH (version managers, home folders) isn't part of it.
SYSTEM_PATH: Final = ("/usr/local/bin", "/usr/bin", "/bin")
PROBE_SECONDS: Final = 10
HOST: Final = Path("/")


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How a language's commands are found: in which root file system, in what folders of it, in order.

    `folder` is one that the sandbox has to be shown besides, if any.
    """

    search_path: tuple[str, ...] = SYSTEM_PATH
    folder: Path | None = None
    root: Path = HOST

    @property
    def from_image(self) -> bool:
        """Whether it is an image's, not the machine's own."""
        return self.root != HOST


def find(language: Language, images: Store | None = None) -> Toolchain | None:
    """Return the language's toolchain on this machine, its image's before the machine's own; or None."""
    if images and images.manifest(language.id):
        return Toolchain(root=images.root(language.id))
    if _all_found(language.commands(), SYSTEM_PATH):
        return Toolchain()
    if language.toolchain_root is None:
        return None
    folder = _probe(language.toolchain_root)
    search_path = (str(folder / "bin"), *SYSTEM_PATH) if folder else ()
    if folder and _all_found(language.commands(), search_path):
        return Toolchain(search_path, folder)
    return None


def find_all(catalog: Catalog, images: Store | None = None) -> dict[str, Toolchain]:
    """Return the toolchain of every language that has one here, by id."""
    found = {language.id: find(language, images) for language in catalog.values()}
    return {language_id: toolchain for language_id, toolchain in found.items() if toolchain}


def advice(language: Language) -> str:
    """Return a sentence that says how to make a missing language available."""
    packages = " ".join(language.debian)
    image = f"build its image with 'scripts/images {language.id}'"
    how = f"run 'apt-get install -y {packages}' there, or {image}" if packages else image
    return f"{language.name} is not installed on the machine that serves this: {how}, then start scripts/local again."


def makes_wasm(language: Language, toolchain: Toolchain) -> bool:
    """Whether the toolchain has what the language's WebAssembly command begins with."""
    if language.wasm is None:
        return False
    return toolchain.from_image or _all_found(language.wasm[:1], toolchain.search_path)


def wasm_advice(language: Language) -> str:
    """Return a sentence that says how to make a language's WebAssembly available."""
    return (
        f"{language.name} can't be compiled to WebAssembly on the machine that serves this: build its image with "
        f"'scripts/images {language.id}', then start scripts/local again."
    )


def _all_found(commands: Sequence[str], search_path: Sequence[str]) -> bool:
    return all(shutil.which(command, path=os.pathsep.join(search_path)) for command in commands)


def _probe(argv: tuple[str, ...]) -> Path | None:
    """Return the folder that a toolchain's own command names, found on the user's PATH."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=PROBE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    folder = Path(done.stdout.strip())
    return folder if folder.is_absolute() and folder.is_dir() else None
