"""Clients of three languages' standard libraries do every route, signed and by secret, and see the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import LocalService

HERE = Path(__file__).parent
CLIENTS = {"python": (sys.executable, "every_route.py"), "javascript": ("node", "every_route.mjs"),
           "bash": ("bash", "every_route.sh")}  # fmt: skip


@pytest.mark.parametrize("signed", ["", "1"], ids=["by secret", "signed"])
@pytest.mark.parametrize("language", CLIENTS)
def test_every_route(service: LocalService, language: str, signed: str) -> None:
    values = dict(line.split("=", 1) for line in (service.state / "key.env").read_text().splitlines())
    program, script = CLIENTS[language]
    done = subprocess.run(
        [program, str(HERE / script)],
        env={**os.environ, **values, "SIGNED": signed},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "health ok",
        "languages True",
        "openapi 3.1.0",
        "validate True",
        f"self {values['UNSANDBOX_PUBLIC_KEY']}",
        "execute grün ü",
        "async async",
        "run bash raw a b",
        "run async later",
        "list True",
        "cancel cancelled",
        "upload 36",
        "batch one",
    ]
