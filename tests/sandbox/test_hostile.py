"""Every hostile program against both backends: contained, truly reported, with nothing left behind."""

from __future__ import annotations

import pytest

from tests.sandbox.compiler import Binaries
from tests.sandbox.conftest import Cells
from tests.sandbox.program import Program, read_programs
from tests.sandbox.verdict import complaints, innocent_complaints, run

BACKENDS = ("namespaces", "task")
PROGRAMS = read_programs()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
@pytest.mark.parametrize("backend", BACKENDS)
def test_contained(backend: str, program: Program, cells: Cells, binaries: Binaries) -> None:
    cell = cells[backend]
    wrong = [line for answer in run(program, cell, binaries) for line in complaints(program, answer)]
    wrong += innocent_complaints(cell)
    assert cell.alive
    assert not wrong, f"{program.one('tries', '')}\n" + "\n".join(wrong)


def test_the_suite_is_wide() -> None:
    languages = {program.path.suffix for program in PROGRAMS}
    assert len(PROGRAMS) >= 60
    assert len(languages) >= 4
