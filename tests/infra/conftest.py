from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import recorder
from tests.infra.assembly import EXAMPLES, Assembly, example, synthesize
from tests.infra.by_role import missing_by_role


@pytest.fixture(scope="session")
def assemblies(
    tmp_path_factory: pytest.TempPathFactory, standard_assembly: Assembly
) -> Iterator[dict[str, Assembly]]:
    """Each example, synthesized once. At the end of all tests its policies must allow what roles' code asked for."""
    others = [name for name in EXAMPLES if name != "standard"]
    made = {name: synthesize(example(name), tmp_path_factory.mktemp(name)) for name in others}
    yield {"standard": standard_assembly, **made}
    assert missing_by_role(standard_assembly, recorder.all_noted()) == {}


@pytest.fixture(params=EXAMPLES)
def assembly(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each example in turn."""
    return assemblies[request.param]
