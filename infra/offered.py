"""Which languages a deployment offers: those that it can have an image of."""

from __future__ import annotations

from pathlib import Path

from functions.core.languages import Catalog, Language
from infra.packaging import ROOT
from infra.settings import Deployment


def offered(catalog: Catalog, deployment: Deployment) -> dict[str, Language]:
    """Return the languages that this deployment can have an image of.

    Raises ValueError where the settings name a language that there isn't, or that has no image.
    """
    able = {
        name: each for name, each in catalog.items() if deployment.images or dockerfile(name, deployment).exists()
    }
    for name in deployment.upstream_images:
        if not dockerfile(name, deployment).exists():
            message = f"upstream_images: {name} has no Dockerfile.upstream"
            raise ValueError(message)
    missing = sorted(set(deployment.languages or ()) - able.keys())
    if missing:
        message = f"languages: there is no image of {', '.join(missing)}; there are: {', '.join(able)}"
        raise ValueError(message)
    hot = {pool.rsplit("-", 1)[0] for pool in deployment.hot_pools}
    if unknown := sorted(hot - able.keys()):
        message = f"hot_pools: there is no image of {', '.join(unknown)}; there are: {', '.join(able)}"
        raise ValueError(message)
    return able if deployment.languages is None else {name: able[name] for name in sorted(deployment.languages)}


def dockerfile(language: str, deployment: Deployment) -> Path:
    """Return the Dockerfile that the settings choose for a language."""
    name = "Dockerfile.upstream" if language in deployment.upstream_images else "Dockerfile"
    return ROOT / "runtime_images" / language / name
