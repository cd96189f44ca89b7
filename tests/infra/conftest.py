from __future__ import annotations

import pytest

from tests.infra.assembly import EXAMPLES, Assembly, example, synthesize


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory, standard_assembly: Assembly) -> dict[str, Assembly]:
    """Each example, synthesized once."""
    others = [name for name in EXAMPLES if name != "standard"]
    made = {name: synthesize(example(name), tmp_path_factory.mktemp(name)) for name in others}
    return {"standard": standard_assembly, **made}


@pytest.fixture(params=EXAMPLES)
def assembly(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each example in turn."""
    return assemblies[request.param]
