"""Every function's environment fits into what Lambda takes, whatever AWS names the resources."""

from __future__ import annotations

import json
from pathlib import Path

from functions.core.languages import catalog
from tests.infra.assembly import Assembly, synthesize
from tests.infra.longest import environment_sizes

ROOM = 3000  # bytes; Lambda takes 4,096


def test_each_examples_environments_fit(assembly: Assembly) -> None:
    sizes = environment_sizes(assembly)
    assert {"Api", "LaunchWorker"} <= {name.removeprefix("Functions")[:-8] for name in sizes}
    assert max(sizes.values()) < ROOM, sizes


def test_so_do_those_of_one_language_in_every_zone(tmp_path: Path) -> None:
    """The fewer languages are offered, the more are to be told that they aren't."""
    path = tmp_path / "settings.json"
    zones = ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"]
    path.write_text(json.dumps({"name": "x" * 24, "languages": ["bash"], "zones": zones}))
    sizes = environment_sizes(synthesize(path, tmp_path / "out"))
    assert max(sizes.values()) < ROOM, sizes
    assert len(catalog()) > 40
