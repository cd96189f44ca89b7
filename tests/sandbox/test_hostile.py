"""Every hostile program against both backends: contained, truly reported, with nothing left behind."""

from __future__ import annotations

import pytest

from tests.sandbox.compiler import Binaries
from tests.sandbox.conftest import Cells, need_network
from tests.sandbox.program import BACKENDS, Program, read_programs
from tests.sandbox.verdict import complaints, innocent_complaints, run

PROGRAMS = read_programs()
COLD = {"env_python.py", "env_path.sh"}  # those with variables that are read at a start
RUNS = [(backend, program) for backend in BACKENDS for program in PROGRAMS if backend in program.backends]


@pytest.mark.parametrize(("backend", "program"), RUNS, ids=[f"{backend}-{program.name}" for backend, program in RUNS])
def test_contained(backend: str, program: Program, cells: Cells, binaries: Binaries) -> None:
    need_network(program)
    cell = cells[backend]
    wrong = [line for answer in run(program, cell, binaries) for line in complaints(program, answer)]
    wrong += innocent_complaints(cell)
    assert cell.alive
    assert not wrong, f"{program.one('tries', '')}\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("backend", "program"),
    [(backend, program) for backend, program in RUNS if program.waits],
    ids=[f"{backend}-{program.name}" for backend, program in RUNS if program.waits],
)
def test_contained_where_it_waited(backend: str, program: Program, cells: Cells, binaries: Binaries) -> None:
    need_network(program)
    cell = cells[backend]
    answers = run(program, cell, binaries, waiting=True)
    wrong = [line for answer in answers for line in complaints(program, answer)]
    wrong += innocent_complaints(cell, waiting=True)
    assert cell.alive
    assert not wrong, f"{program.one('tries', '')}\n" + "\n".join(wrong)
    assert all(answer["completed"][0]["waited"] for answer in answers) == (program.name not in COLD)


def test_the_suite_is_wide() -> None:
    languages = {program.path.suffix for program in PROGRAMS}
    assert len(PROGRAMS) >= 60
    assert len(languages) >= 4
