"""What an image is made of, and hashes that change when that does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[3]
IMAGES: Final = REPOSITORY / "runtime_images"
BASE: Final = IMAGES / "base"
UNVERIFIED: Final = "# unverified"
WORKER: Final = ("functions/__init__.py", "functions/core", "runtime_images/__init__.py", "runtime_images/worker")
NOT_IN_IMAGES: Final = "programs"  # in a language's folder: only tests need them
BESIDE_THE_WORKER: Final = ("language.toml", "tools")  # in a language's folder: copied last, the toolchain stays


def dockerfile(name: str) -> Path:
    """Return a language's Dockerfile."""
    return IMAGES / name / "Dockerfile"


def unverified(name: str) -> str | None:
    """Return why a language's image can't be built from the usual registries; None if it can."""
    first = dockerfile(name).read_text("utf-8").split("\n", 1)[0]
    return first.removeprefix(UNVERIFIED).strip(" :") if first.startswith(UNVERIFIED) else None


def family(name: str) -> str | None:
    """Return the family whose first instructions a language's Dockerfile shares, beside those of all."""
    found = re.search(r"^#: family (\w+)$", dockerfile(name).read_text("utf-8"), re.MULTILINE)
    return found[1] if found else None


def families() -> list[str]:
    """Return the families that there are."""
    return sorted(
        path.suffix[1:] for path in BASE.glob("Dockerfile.*") if path.suffix not in (".begin", ".tools", ".end")
    )


def shared_dockerfile(family_name: str | None) -> str:
    """Return the Dockerfile of what a family's images share, or all of them."""
    texts = [BASE / "Dockerfile.begin", *([BASE / f"Dockerfile.{family_name}"] if family_name else [])]
    return "\n".join(path.read_text("utf-8").rstrip() + "\n" for path in texts)


def image_digest(name: str) -> str:
    """Return a hash of all that an image is made of."""
    late = [f"runtime_images/{name}/{each}" for each in BESIDE_THE_WORKER]
    return _digest([*_toolchain_files(name), *_files([*late, *WORKER])])


def toolchain_digest(name: str) -> str:
    """Return a hash of what an image is made of but for the worker."""
    return _digest(_toolchain_files(name))


def _toolchain_files(name: str) -> list[Path]:
    folder = IMAGES / name
    files = _files([f"runtime_images/{name}"])
    own = [path for path in files if path.relative_to(folder).parts[0] not in BESIDE_THE_WORKER]
    return [*_files(["runtime_images/base"]), *own]


def _files(places: Iterable[str]) -> Iterator[Path]:
    for place in places:
        path = REPOSITORY / place
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            parts = file.relative_to(path).parts or (file.name,)
            if file.is_file() and "__pycache__" not in parts and not parts[0].startswith(NOT_IN_IMAGES):
                yield file


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(REPOSITORY)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:24]
