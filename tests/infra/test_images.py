"""The images' build contexts: all that a Dockerfile copies, and nothing whose change isn't the image's."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.core.languages import catalog
from infra.offered import dockerfile, offered
from infra.packaging import ROOT
from infra.settings import Deployment

DOCKERFILES = sorted(ROOT.glob("runtime_images/*/Dockerfile*"))


@pytest.mark.parametrize(
    "path",
    [each for each in DOCKERFILES if each.parent.name in catalog()],
    ids=lambda each: f"{each.parent.name}-{each.name}",
)
def test_the_context_is_what_the_dockerfile_copies(path: Path) -> None:
    from infra import images  # noqa: PLC0415  # starts Node

    context = images.build_context(path)
    files = {each.relative_to(context) for each in context.rglob("*") if each.is_file()}
    assert path.relative_to(ROOT) in files
    assert Path("functions/aws/jobs.py") in files  # the worker's, in every image
    assert path.parent.relative_to(ROOT) / "language.toml" in files
    assert all((context / each).read_bytes() == (ROOT / each).read_bytes() for each in files)
    assert {each.parts[0] for each in files} == {"functions", "runtime_images"}
    assert not any(each.suffix == ".pyc" or "programs" in each.parts for each in files)


def test_what_isnt_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra import images  # noqa: PLC0415  # starts Node

    monkeypatch.setattr(images, "ROOT", tmp_path)
    (tmp_path / "here").touch()
    path = tmp_path / "Dockerfile"
    path.write_text(
        "FROM scratch AS a\nADD https://example.com/a /a\nCOPY --from=a /x /y\nCOPY --chmod=755 he* \\\n  there /z\n"
    )
    with pytest.raises(ValueError, match="copies there, which isn't there"):
        images.copied(path)
    (tmp_path / "there").mkdir()
    assert images.copied(path) == [tmp_path / "here", tmp_path / "there"]


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
