from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import recorder
from tests.infra.assembly import COMPLETE, EXAMPLES, Assembly, example, synthesize
from tests.infra.by_role import missing_by_role


@pytest.fixture(scope="session")
def assemblies(
    tmp_path_factory: pytest.TempPathFactory, standard_assembly: Assembly
) -> Iterator[dict[str, Assembly]]:
    """Each example, and `complete`, which has what roles are given by settings alone; synthesized once.

    At the end of all tests the policies of `complete` must allow what roles' code asked for.
    """
    paths = {name: example(name) for name in EXAMPLES if name != "standard"} | {"complete": COMPLETE}
    made = {name: synthesize(path, tmp_path_factory.mktemp(name)) for name, path in paths.items()}
    yield {"standard": standard_assembly, **made}
    assert missing_by_role(made["complete"], recorder.all_noted()) == {}


@pytest.fixture(params=EXAMPLES)
def assembly(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each example in turn."""
    return assemblies[request.param]
