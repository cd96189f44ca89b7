"""A program's standard streams are its own: it opens them by name, and does to them what it could do at home."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Cells
from tests.sandbox.program import BACKENDS

BY_NAME = """
echo out > /dev/stdout; echo err > /dev/stderr; echo more >> /proc/self/fd/1
cat < /dev/stdin; stat -Lc %u:%F /dev/stdout /dev/fd/2
chmod 0 /dev/stdout && echo still
"""


def shell(cells: Cells, backend: str, script: str, *, anticipated: bool) -> dict[str, Any]:
    command = {"argv": ["bash", "-c", script], "env": {}, "timeout": 10, "stdin_bytes": 3}
    return cells[backend].job([command], {}, ahead=command if anticipated else None)


@pytest.mark.parametrize("anticipated", [False, True])
@pytest.mark.parametrize("backend", BACKENDS)
def test_they_are_opened_by_name(backend: str, anticipated: bool, cells: Cells) -> None:
    answer = shell(cells, backend, BY_NAME, anticipated=anticipated)
    assert answer["stdout"] == b"out\nmore\nxxx10001:fifo\n10001:fifo\nstill\n", answer
    assert answer["stderr"] == b"err\n"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_program_that_reads_its_own_output_harms_itself_alone(backend: str, cells: Cells) -> None:
    script = "exec 3</dev/stdout; (sleep 60 <&3 >&3 2>&3 &); echo said"
    answer = shell(cells, backend, script, anticipated=False)
    assert (answer["stdout"], answer["completed"][0]["end"]) == (b"said\n", "exited")
    assert answer["completed"][0]["wall_ms"] < 5_000
    assert answer["processes_left"] == []
