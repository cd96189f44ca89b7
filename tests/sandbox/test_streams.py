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


MORE = 1 << 20  # many times what a pipe holds


def fed(cells: Cells, backend: str, script: str, *, eof: bool) -> dict[str, Any]:
    """Run a script whose input stays open: a line, and much."""
    command = {"argv": ["bash", "-c", script], "env": {}, "timeout": 3, "stdin_bytes": 0}
    return cells[backend].job([{**command, "more_bytes": MORE, "eof": eof}], {}, ahead=command)


@pytest.mark.parametrize("backend", BACKENDS)
def test_input_that_stays_open_comes_whole_and_ends(backend: str, cells: Cells) -> None:
    script = "read line < /dev/stdin; echo $line; sleep 0.1; wc -c; stat -Lc %u:%F /dev/stdin; echo 1 2>&1 >&0"
    answer = fed(cells, backend, script, eof=True)
    first, count, kind, refused = answer["stdout"].decode().splitlines()
    assert (first, kind) == ("first", "10001:fifo")
    assert int(count) == MORE
    assert "Bad file descriptor" in refused
    assert answer["processes_left"] == []


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("head -c 100 > /dev/null; echo left", "exited"),  # with much unread
        ("exec 0<&-; sleep 0.2; echo left", "exited"),
        ("(sleep 60 &); echo left", "exited"),  # what has it open still is killed
        ("echo left; cat > /dev/null; echo never", "timeout"),  # it waits for what doesn't come
    ],
)
def test_input_that_stays_open_holds_up_no_end(backend: str, script: str, end: str, cells: Cells) -> None:
    answer = fed(cells, backend, script, eof=False)
    assert (answer["stdout"], answer["completed"][0]["end"]) == (b"left\n", end)
    assert answer["processes_left"] == []
    assert answer["completed"][0]["wall_ms"] < 5_000
