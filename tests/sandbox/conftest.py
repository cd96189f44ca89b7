"""The cells that the hostile programs run in, one per backend, each started when first needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.images.command import BuildError
from runtime_images.worker.sandbox import internet
from tests.sandbox import waiting
from tests.sandbox.cell import Cell
from tests.sandbox.compiler import Binaries
from tests.sandbox.ground import SECRET_FOLDER
from tests.sandbox.image import root_file_system
from tests.sandbox.program import Program, read_programs

CONTAINER_CANARY = "/run/canary/secret"  # made by additions.sh

StartCell = Callable[..., Cell]


@pytest.fixture(scope="session")
def programs() -> dict[str, Program]:
    """All hostile programs, by file name."""
    return {program.name: program for program in read_programs()}


@pytest.fixture(scope="session")
def binaries(programs: dict[str, Program], tmp_path_factory: pytest.TempPathFactory) -> Binaries:
    """The programs in C, built."""
    built = Binaries(tmp_path_factory.mktemp("binaries"))
    built.build(list(programs.values()))
    return built


def need_network(program: Program) -> None:
    """Skip a semitrusted program, and say so, where the machine can't give that mode (the service refuses it too)."""
    if program.one("network", "zerotrust") == "semitrusted" and (reason := internet.why_not()):
        pytest.skip(f"UNTESTED here: {reason}")


@pytest.fixture(scope="session")
def container_root() -> Path:
    """The shipped image's root file system. Where root can't have it, that's a failure, not a skip."""
    if os.geteuid() != 0:
        pytest.skip("UNTESTED here: only root can make the container that the task backend is for")
    try:
        return root_file_system()
    except BuildError as error:
        pytest.fail(f"the `task` backend is UNTESTED here: {error}", pytrace=False)


@pytest.fixture(scope="session")
def start_cell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StartCell:
    """Start a cell with a backend, less the named walls (walls.py)."""
    secret = Path(SECRET_FOLDER, "canary")
    if os.geteuid() != 0:  # then there is no other user's secret, only one out of the sandbox's sight
        secret = tmp_path_factory.mktemp("secret") / "canary"
        secret.write_text("canary-176")

    tools = waiting.tools(tmp_path_factory.mktemp("tools"))

    def start(backend: str, *less: str, tools: Path = tools) -> Cell:
        if backend == "namespaces":
            return Cell(["host", backend, *less], str(secret), tools)
        root: Path = request.getfixturevalue("container_root")
        return Cell([str(root), backend, *less], CONTAINER_CANARY, tools)

    return start


class Cells:
    """One running cell per backend; a lost one is started anew, so that one failure stays one."""

    def __init__(self, start: StartCell) -> None:
        self._start = start
        self._running: dict[str, Cell] = {}

    def __getitem__(self, backend: str) -> Cell:
        if backend not in self._running or not self._running[backend].alive:
            self.close(backend)
            self._running[backend] = self._start(backend)
        return self._running[backend]

    def close(self, backend: str) -> None:
        """End a backend's cell, if there is one."""
        if backend in self._running:
            self._running.pop(backend).close()

    def close_all(self) -> None:
        """End every cell."""
        for backend in list(self._running):
            self.close(backend)


@pytest.fixture(scope="session")
def cells(start_cell: StartCell) -> Iterator[Cells]:
    """The running cells, by backend."""
    running = Cells(start_cell)
    yield running
    running.close_all()
