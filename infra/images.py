"""Each language's image: built by `cdk deploy` from its Dockerfile, or a ready one in ECR."""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_ecr_assets as assets
from constructs import Construct

from infra.offered import dockerfile
from infra.packaging import BUILD, ROOT
from infra.settings import Deployment

COPIED: Final = re.compile(r"^(?:COPY|ADD)\s+(?!--from)(?:--\S+\s+)*(.+)$", re.MULTILINE)
PLATFORMS = {"x86_64": assets.Platform.LINUX_AMD64, "arm64": assets.Platform.LINUX_ARM64}


def uri(scope: Construct, language: str, deployment: Deployment) -> str:
    """Return the URI of a language's image."""
    if deployment.images:
        registry = f"{Aws.ACCOUNT_ID}.dkr.ecr.{Aws.REGION}.{Aws.URL_SUFFIX}"
        return f"{registry}/{deployment.images.repositories}{language}:{deployment.images.tag}"
    chosen = dockerfile(language, deployment)
    built = assets.DockerImageAsset(
        scope,
        f"{language}Image",
        asset_name=f"{deployment.prefix}{language}",
        display_name=f"{language}'s image (where it can't be built, name it in exclude_languages)",
        directory=str(build_context(chosen)),
        file=str(chosen.relative_to(ROOT)),
        platform=PLATFORMS[deployment.architecture],
    )
    return built.image_uri


@functools.cache
def build_context(dockerfile: Path) -> Path:
    """Return a folder with a Dockerfile and what it copies, at the repository's paths, and nothing else.

    The repository itself would do, but then any change in it would look like a change of every image. The folder is
    named by its contents and made in one step, so several synthesizers may use it at once.
    Raises ValueError for a Dockerfile that copies what there isn't.
    """
    files = sorted({file for source in [dockerfile, *copied(dockerfile)] for file in _files(source)})
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)} {file.stat().st_mode}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    context = BUILD / "contexts" / f"{dockerfile.parent.name}-{dockerfile.name}-{digest.hexdigest()[:16]}"
    if not context.exists():
        context.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            for file in files:
                target = Path(folder, "context", file.relative_to(ROOT))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, target)
            _put(Path(folder, "context"), context)
    return context


def _put(made: Path, place: Path) -> None:
    """Move a folder to its place, unless another process was quicker with the same."""
    try:
        made.rename(place)
    except OSError:
        if not place.exists():
            raise


def _files(source: Path) -> Iterator[Path]:
    """Yield a file, or the files of a folder but what Python compiled."""
    if source.is_file():
        yield source
        return
    yield from (each for each in source.rglob("*") if each.is_file() and "__pycache__" not in each.parts)


def copied(dockerfile: Path) -> list[Path]:
    """Return the repository's files and folders that a Dockerfile copies. Raises ValueError where one is missing."""
    text = dockerfile.read_text("utf-8").replace("\\\n", " ")
    found: list[Path] = []
    for line in COPIED.findall(text):
        *sources, _ = line.split()
        for source in (each for each in sources if "://" not in each):
            paths = sorted(ROOT.glob(source.rstrip("/")))
            if not paths:
                message = f"{dockerfile} copies {source}, which isn't there"
                raise ValueError(message)
            found += paths
    return found
