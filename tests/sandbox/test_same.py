"""A program can't tell whether its interpreter waited for it or was started for it: programs look, in both starts.

What tells, and is meant to: /proc/self/environ, which is what the process was started with, and /proc/self/cmdline,
which lacks a job's arguments. A process's own clocks and its peak of memory count from its start.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.core.invocation import invocation
from functions.core.languages import Language, catalog
from tests.sandbox import waiting
from tests.sandbox.cell import Cell
from tests.sandbox.conftest import StartCell
from tests.sandbox.program import BACKENDS

FOLDER = Path(__file__).with_name("same")
PROGRAMS = {path.name: sorted(path.iterdir()) for path in sorted(FOLDER.iterdir())}
OWN = "own"  # the program that tells what each process must have for itself
IN_CONTAINER = {"python"}  # what the container's root file system has
ARGUMENTS = ("one", "two words", "drei ü", "")
ENVIRONMENT = {"GREETING": "hällo = 1", "EMPTY": "", "TMPDIR": "/tmp/input"}  # noqa: S108
STDIN = "first line\nsecond\n\nlast, without an end"
INPUTS = {
    "data_module.py": b"VALUE = 6 * 7\n",
    "colorsys.py": b"",
    "sitecustomize.py": b"print('not to be run')\n",
    "usercustomize.py": b"print('not to be run')\n",
    ".Rprofile": b"cat('not to be run')\n",
    ".irbrc": b"puts 'not to be run'\n",
}
MEMORY_MB = 256


def cases(*backends: str) -> list[tuple[str, str, str]]:
    """Return backend, language and program."""
    return [
        (backend, language, program.name)
        for backend in backends
        for language, programs in PROGRAMS.items()
        for program in programs
        if backend == "namespaces" or language in IN_CONTAINER
    ]


class LanguageCells:
    """One cell for a backend and a language, the last one used."""

    def __init__(self, start: StartCell, folder: Path) -> None:
        self._start = start
        self._folder = folder
        self._last: tuple[str, str] = ("", "")
        self._cell: Cell | None = None

    def __call__(self, backend: str, language: Language) -> Cell:
        missing = [name for name in language.commands() if backend == "namespaces" and not shutil.which(name)]
        if missing:
            pytest.skip(f"UNTESTED here: {language.name} isn't installed ({', '.join(missing)})")
        if self._cell is None or not self._cell.alive or self._last != (backend, language.id):
            self.close()
            tools = self._folder / f"{backend}-{language.id}"
            tools.mkdir()
            self._cell = self._start(backend, tools=waiting.tools(tools, (language.id,)))
            self._last = (backend, language.id)
        return self._cell

    def close(self) -> None:
        if self._cell:
            self._cell.close()
            shutil.rmtree(self._folder / "-".join(self._last))
        self._cell = None


@pytest.fixture(scope="module")
def language_cells(start_cell: StartCell, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageCells]:
    running = LanguageCells(start_cell, tmp_path_factory.mktemp("cells"))
    yield running
    running.close()


def run(
    cell: Cell, language: Language, source: bytes, *, waits: bool, env: dict[str, str] | None = None
) -> dict[str, Any]:
    """Run a program with arguments, variables, input and files, by a start of either kind."""
    argv = invocation(language, "").run
    command = {
        "argv": [*argv, *ARGUMENTS],
        "env": {**language.env, **(env or ENVIRONMENT)},
        "timeout": 60,
        "stdin": STDIN,
    }
    assert language.waiting
    ahead = {"argv": argv, "env": language.env, "timeout": 0, "stdin": "", "waiting": language.waiting.model_dump()}
    limits = {**language.limits.model_dump(), "memory_mb": MEMORY_MB}
    return cell.job(
        [command], {language.source: source}, inputs=INPUTS, limits=limits, ahead=ahead if waits else None
    )


def seen(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a customer sees, less what no two runs have in common."""
    [done] = answer["completed"]
    streams = {name: _without_numbers(answer[name].decode()) for name in ("stdout", "stderr")}
    return {**streams, "end": done["end"], "exit_code": done["exit_code"]}


def _without_numbers(text: str) -> str:
    """Take addresses, pipes' and threads' numbers out of a text."""
    return re.sub(r"0x[0-9a-f]{6,}|\b[0-9]{14,16}\b|(?<=pipe:\[)\d+|(?<=pid=)\d+", "N", text)


@pytest.mark.parametrize(("backend", "language_id", "name"), cases(*BACKENDS))
def test_both_starts_look_the_same(backend: str, language_id: str, name: str, language_cells: LanguageCells) -> None:
    language = catalog()[language_id]
    cell = language_cells(backend, language)
    source = (FOLDER / language_id / name).read_bytes()
    cold, waited = (run(cell, language, source, waits=waits) for waits in (False, True))
    assert (cold["completed"][0]["waited"], waited["completed"][0]["waited"]) == (False, True), waited["stderr"]
    if Path(name).stem == OWN:
        again = run(cell, language, source, waits=True)
        words = [set(answer["stdout"].split()) for answer in (cold, waited, again)]
        assert len(waited["stdout"].split()) >= 3
        assert not words[0] & words[1], waited
        assert not words[1] & words[2], waited
    else:
        assert seen(cold) == seen(waited)
    assert cold["stdout"] or cold["stderr"]


def cold_variables() -> list[tuple[str, str]]:
    """Return each language with the variables that lead to its hook, and with some that libraries read."""
    waits = ((each, waiting) for each in PROGRAMS if (waiting := catalog()[each].waiting))
    return [(each, name) for each, waiting in waits for name in (*waiting.env, "LD_PRELOAD", "TZ", "HOME")]


@pytest.mark.parametrize(("language_id", "variable"), cold_variables())
def test_a_variable_that_is_read_at_the_start_starts_cold(
    language_id: str, variable: str, language_cells: LanguageCells
) -> None:
    language = catalog()[language_id]
    cell = language_cells("namespaces", language)
    source = PROGRAMS[language_id][0].read_bytes()
    answer = run(cell, language, source, waits=True, env={variable: ""})
    assert not answer["completed"][0]["waited"]
