"""The images' build contexts: all that a Dockerfile copies, and nothing whose change isn't the image's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from functions.core.languages import catalog
from infra.offered import dockerfile, offered
from infra.packaging import ROOT
from infra.settings import Deployment

COPY = re.compile(r"^COPY (?!--from)(.+)$", re.MULTILINE)
DOCKERFILES = sorted(ROOT.glob("runtime_images/*/Dockerfile*"))


def language(path: Path) -> str:
    return path.parent.name


@pytest.mark.parametrize(
    "path",
    [each for each in DOCKERFILES if language(each) in catalog()],
    ids=lambda each: f"{language(each)}-{each.name}",
)
def test_all_that_is_copied_is_in_the_context(path: Path) -> None:
    from infra import images  # noqa: PLC0415  # starts Node

    context = images.build_context(language(path))
    assert (context / path.relative_to(ROOT)).is_file()
    copies = COPY.findall(path.read_text("utf-8"))
    assert copies
    for line in copies:
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        for source in sources:
            assert list(context.glob(source.rstrip("/"))), f"{path}: {line}"


def test_the_context_holds_nothing_else() -> None:
    from infra import images  # noqa: PLC0415  # starts Node

    context = images.build_context("bash")
    tops = {path.relative_to(context).parts[0] for path in context.rglob("*")}
    assert tops == {"functions", "runtime_images"}
    assert {path.name for path in (context / "runtime_images").iterdir()} == {"__init__.py", "bash", "base", "worker"}
    assert not list(context.rglob("*.pyc"))
    assert not list(context.rglob("programs"))


def test_every_language_with_an_image_is_offered() -> None:
    deployment = Deployment()
    with_image = {name for name in catalog() if dockerfile(name, deployment).is_file()}
    assert set(offered(catalog(), deployment)) == with_image
    assert {"bash", "python"} <= with_image


def test_the_upstream_dockerfile_is_a_choice() -> None:
    deployment = Deployment(upstream_images=("groovy",))
    assert dockerfile("groovy", deployment).name == "Dockerfile.upstream"
    assert dockerfile("java", deployment).name == "Dockerfile"
    with pytest.raises(ValueError, match="bash has no Dockerfile"):
        offered(catalog(), Deployment(upstream_images=("bash",)))
