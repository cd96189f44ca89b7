"""What shares something runs in one process, and a test that is to be alone is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

TESTS = r"""
import os
import time
from pathlib import Path
import pytest

def note(text):
    with Path(__file__).with_name("log").open("a") as file:
        file.write(f"{Path(__file__).name} {os.getpid()} {text}\n")
    time.sleep(0.05)

@pytest.mark.parametrize("number", range(10))
def test_beside_others(number):
    note("in")
    note("out")

@pytest.mark.alone
@pytest.mark.parametrize("number", range(3))
def test_alone(number):
    note("alone in")
    note("alone out")
"""


def test_two_processes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"test_{name}.py").write_text(TESTS)
    options = ["-n2", "-p", "xdist.plugin", "-p", "tests.together", "-c", "/dev/null"]
    folders = ["--rootdir", str(tmp_path), "--basetemp", str(tmp_path / "base")]
    command = [sys.executable, "-m", "pytest", *options, *folders, str(tmp_path)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "26 passed" in done.stdout, done.stdout + done.stderr
    inside, most, places = 0, 0, set()
    for line in (tmp_path / "log").read_text().splitlines():
        file, process, text = line.split(" ", 2)
        places.add((file, process))
        inside += 1 if text.endswith("in") else -1
        most = max(most, inside)
        assert not text.startswith("alone") or inside == (1 if text == "alone in" else 0)
    assert most == 2, "others ran side by side"
    assert len(places) == 2, "each file's in one process"
