"""Each language's image: built by `cdk deploy` from its Dockerfile, or a ready one in ECR."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

from aws_cdk import Aws
from aws_cdk import aws_ecr_assets as assets
from constructs import Construct

from infra.offered import dockerfile
from infra.packaging import BUILD, ROOT
from infra.settings import Deployment

# What every Dockerfile copies from the repository, beside its own folder.
SHARED = ("functions/__init__.py", "functions/core", "runtime_images/__init__.py", "runtime_images/worker")
BASE = "runtime_images/base"
PLATFORMS = {"x86_64": assets.Platform.LINUX_AMD64, "arm64": assets.Platform.LINUX_ARM64}


def uri(scope: Construct, language: str, deployment: Deployment) -> str:
    """Return the URI of a language's image."""
    if deployment.images:
        registry = f"{Aws.ACCOUNT_ID}.dkr.ecr.{Aws.REGION}.{Aws.URL_SUFFIX}"
        return f"{registry}/{deployment.images.repositories}{language}:{deployment.images.tag}"
    built = assets.DockerImageAsset(
        scope,
        f"{language}Image",
        asset_name=f"{deployment.prefix}{language}",
        directory=str(build_context(language)),
        file=str(dockerfile(language, deployment).relative_to(ROOT)),
        platform=PLATFORMS[deployment.architecture],
    )
    return built.image_uri


@functools.cache
def build_context(language: str) -> Path:
    """Return a folder with what a language's Dockerfile may copy, at the repository's paths, and nothing else.

    The repository itself would do, but then any change in it would look like a change of every image.
    """
    context = BUILD / "contexts" / language
    shutil.rmtree(context, ignore_errors=True)
    for name in (*SHARED, BASE, f"runtime_images/{language}"):
        source, target = ROOT / name, context / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "programs"))
        else:
            shutil.copy2(source, target)
    return context
