"""Which languages this machine can run: the toolchains on its system path, or those they lead to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.core.languages import Catalog, Language

# What the sandbox shows of the host. A user's own PATH (version managers, home folders) isn't part of it.
SYSTEM_PATH: Final = ("/usr/local/bin", "/usr/bin", "/bin")
PROBE_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How a language's commands are found: folders to search, in order, and one to show the sandbox, if any."""

    search_path: tuple[str, ...] = SYSTEM_PATH
    folder: Path | None = None


def find(language: Language) -> Toolchain | None:
    """Return the language's toolchain on this machine, or None."""
    if _all_found(language.commands(), SYSTEM_PATH):
        return Toolchain()
    if language.toolchain_root is None:
        return None
    folder = _probe(language.toolchain_root)
    search_path = (str(folder / "bin"), *SYSTEM_PATH) if folder else ()
    if folder and _all_found(language.commands(), search_path):
        return Toolchain(search_path, folder)
    return None


def find_all(catalog: Catalog) -> dict[str, Toolchain]:
    """Return the toolchain of every language that has one here, by id."""
    found = {language.id: find(language) for language in catalog.values()}
    return {language_id: toolchain for language_id, toolchain in found.items() if toolchain}


def advice(language: Language) -> str:
    """Return a sentence that says how to make a missing language available."""
    packages = " ".join(language.debian)
    how = f"run 'apt-get install -y {packages}' there" if packages else "build its image with scripts/images"
    return f"{language.name} is not installed on the machine that serves this: {how}, then start scripts/local again."


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
