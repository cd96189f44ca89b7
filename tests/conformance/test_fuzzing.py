"""Requests made from the OpenAPI document, right and wrong: never a 5xx, never an answer that it doesn't name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.client import Client

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
FEW = ("--phases", "examples,fuzzing", "--max-examples", "10")


def test_fuzzing(request: pytest.FixtureRequest, api: Client, tmp_path: Path) -> None:
    """A short run; with `--fuzz N` all phases and N examples an operation (50 make about 2,000 cases)."""
    examples = request.config.getoption("--fuzz")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"),
            *(f"{api.base_url.rstrip('/')}/openapi.json", "--header", f"Authorization: Bearer {api.secret}"),
            *("--checks", "all", "--continue-on-failure", "--seed", "1", "--request-timeout", "30"),
            *(("--max-examples", str(examples)) if examples else FEW),
        ],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    report = done.stdout + done.stderr
    if examples:
        print(report)  # noqa: T201  # what a long run was for
    assert done.returncode == 0, report
    assert "Tested: " in report
