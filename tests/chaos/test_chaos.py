"""A minute of chaos, as CI runs it; `scripts/chaos` goes on as long as one likes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.alone
def test_a_minute_of_deaths_loses_nothing() -> None:
    argv = [sys.executable, "-m", "tests.chaos", "--seconds", "60"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    accepted = next(line for line in done.stdout.splitlines() if line.startswith("accepted"))
    assert int(accepted.split()[1]) > 30, done.stdout
