"""The images' build contexts: all that a Dockerfile copies, and nothing whose change isn't the image's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.core.languages import catalog
from infra.offered import dockerfile, offered
from infra.packaging import ROOT
from infra.settings import Deployment
from tests.infra.assembly import Assembly

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


NEVER_BUILT = {"dart", "fsharp", "idris2", "julia", "powershell", "v"}


def test_every_language_whose_image_was_built_is_offered() -> None:
    deployment = Deployment()
    with_image = {name for name in catalog() if dockerfile(name, deployment).is_file()}
    assert set(offered(catalog(), deployment)) == with_image - NEVER_BUILT
    assert with_image > {"bash", "python", *NEVER_BUILT}


@pytest.mark.parametrize(
    ("settings", "there", "not_there"),
    [
        ({"languages": ["dart", "bash"]}, {"dart", "bash"}, {"v", "python"}),
        ({"hot_pools": {"dart-zerotrust": 1}}, {"dart", "bash"}, {"v"}),
        ({"upstream_images": ["csharp"]}, {"csharp", "bash"}, {"v"}),
        ({"images": {"repositories": "code/", "tag": "v1"}}, NEVER_BUILT, set()),
        ({"exclude_languages": ["haskell"]}, {"bash"}, {"haskell", "v"}),
        ({"languages": ["dart", "bash"], "exclude_languages": ["dart"]}, {"bash"}, {"dart"}),
    ],
)
def test_the_settings_choose_languages(settings: dict[str, Any], there: set[str], not_there: set[str]) -> None:
    found = set(offered(catalog(), Deployment.model_validate(settings)))
    assert there <= found
    assert not not_there & found


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"exclude_languages": ["klingon"]}, "exclude_languages: there is no image of klingon"),
        ({"languages": ["bash"], "exclude_languages": ["bash"]}, "exclude_languages: no language is left"),
        ({"hot_pools": {"bash-zerotrust": 1}, "exclude_languages": ["bash"]}, "no pool 'bash-zerotrust'"),
    ],
)
def test_what_cant_be_chosen_is_told(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        offered(catalog(), Deployment.model_validate(settings))


def test_a_build_that_fails_names_its_language_and_what_to_do(assemblies: dict[str, Assembly]) -> None:
    """The CDK's command line says `Failed to build asset` and this."""
    manifests = assemblies["standard"].folder.glob("*.assets.json")
    images = [each for path in manifests for each in json.loads(path.read_text())["dockerImages"].values()]
    names = {each["displayName"] for each in images}
    assert "haskell's image (where it can't be built, name it in exclude_languages)" in names
    assert len(names) == len(catalog()) - len(NEVER_BUILT)


def test_the_upstream_dockerfile_is_a_choice() -> None:
    deployment = Deployment(upstream_images=("groovy",))
    assert dockerfile("groovy", deployment).name == "Dockerfile.upstream"
    assert dockerfile("java", deployment).name == "Dockerfile"
    with pytest.raises(ValueError, match="bash has no Dockerfile"):
        offered(catalog(), Deployment(upstream_images=("bash",)))
