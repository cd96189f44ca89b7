"""Which languages a deployment offers: those that it can have an image of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from functions.core.languages import Catalog, Language
from infra.packaging import ROOT
from infra.settings import Deployment

UNVERIFIED: Final = "# unverified"  # how a Dockerfile begins that this project has not built


def offered(catalog: Catalog, deployment: Deployment) -> dict[str, Language]:
    """Return the languages that this deployment is to have an image of.

    One whose image this project has never built is among them only where the settings name it: a build that fails
    ends the whole deployment. Raises ValueError where the settings name a language that there isn't, or that has no
    image, and where none is left.
    """
    able = {
        name: each for name, each in catalog.items() if deployment.images or dockerfile(name, deployment).exists()
    }
    for name in deployment.upstream_images:
        if not dockerfile(name, deployment).exists():
            message = f"upstream_images: {name} has no Dockerfile.upstream"
            raise ValueError(message)
    hot = {pool.rpartition("-")[0] for pool in deployment.hot_pools}
    _refuse_unknown("languages", deployment.languages or (), able)
    _refuse_unknown("exclude_languages", deployment.exclude_languages, catalog)
    _refuse_unknown("hot_pools", hot, able)
    named = {*deployment.upstream_images, *hot}
    chosen = deployment.languages or {name for name in able if name in named or _built(name, deployment)}
    left = {name: able[name] for name in sorted({*chosen} - {*deployment.exclude_languages})}
    if not left:
        message = "exclude_languages: no language is left"
        raise ValueError(message)
    return left


def _refuse_unknown(setting: str, names: Iterable[str], known: Mapping[str, Language]) -> None:
    """Raise ValueError where a setting names what isn't known."""
    if unknown := sorted({*names} - known.keys()):
        message = f"{setting}: there is no image of {', '.join(unknown)}; there are: {', '.join(known)}"
        raise ValueError(message)


def _built(language: str, deployment: Deployment) -> bool:
    """Whether a language's image is there, or is made by a Dockerfile that this project has built."""
    if deployment.images:
        return True
    return not dockerfile(language, deployment).read_text("utf-8").startswith(UNVERIFIED)


def dockerfile(language: str, deployment: Deployment) -> Path:
    """Return the Dockerfile that the settings choose for a language."""
    name = "Dockerfile.upstream" if language in deployment.upstream_images else "Dockerfile"
    return ROOT / "runtime_images" / language / name
