"""What waits may fail, at any time: the job then starts as if nothing had waited, and only once."""

from __future__ import annotations

from typing import Any

import pytest

from functions.core.languages import catalog
from tests.sandbox.cell import Cell
from tests.sandbox.conftest import Cells
from tests.sandbox.program import BACKENDS

PROGRAM = b"""
import os, sys
open("ran", "a").write("x")
print(open("ran").read(), sys.argv[1:], os.environ.get("NEW"), sys.stdin.read())
"""
COMMAND = {"argv": ["python3", "main.py", "argument"], "env": {"NEW": "new"}, "timeout": 10, "stdin": "input"}
SAID = b"x ['argument'] new input\n"


def run(cell: Cell, **ahead: Any) -> dict[str, Any]:
    waiting = catalog()["python"].waiting
    assert waiting
    ready = {"argv": ["python3", "main.py"], "env": {}, "timeout": 0, "stdin": "", "waiting": waiting.model_dump()}
    return cell.job([COMMAND], {"main.py": PROGRAM}, ahead=ready | ahead)


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_waits(backend: str, cells: Cells) -> None:
    answer = run(cells[backend])
    assert (answer["stdout"], answer["stderr"], answer["completed"][0]["waited"]) == (SAID, b"", True)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "ahead",
    [
        {"killed": True},
        {"argv": ["python3", "-I", "main.py"]},
        {"waiting": {"env": {"PYTHONPATH": "/nonexistent"}, "cold": []}},  # the hook isn't found, nor the program
        {"waiting": {"env": {"PYTHONHOME": "/nonexistent"}, "cold": []}},  # the interpreter itself doesn't start
        {"argv": ["sleep", "0.3"]},
    ],
    ids=["killed", "other", "no-hook", "no-start", "ended"],
)
def test_what_does_not_wait_is_replaced(backend: str, ahead: dict[str, Any], cells: Cells) -> None:
    answer = run(cells[backend], **ahead)
    assert (answer["stdout"], answer["stderr"], answer["completed"][0]["waited"]) == (SAID, b"", False)
    assert not answer["processes_left"]
