from __future__ import annotations

import pytest

from tests.infra.assembly import EXAMPLES, Assembly, example, synthesize


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assembly]:
    """Each example, synthesized once."""
    return {name: synthesize(example(name), tmp_path_factory.mktemp(name)) for name in EXAMPLES}


@pytest.fixture(params=EXAMPLES)
def assembly(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each example in turn."""
    return assemblies[request.param]
