"""How the tests are shared out among processes (pytest-xdist): what shares something dear goes to one of them.

Tests marked `alone` measure time or memory, so nothing else runs beside them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# How a test's id begins -> its group; the first that fits counts, and what is in none is in one of its file. The
# groups are begun in this order, the longest first. Those of `service` run in one process also because the programs
# of two services are of the same users, whose processes are counted together.
GROUPS: Final = {
    "tests/sandbox/": "sandbox",
    "tests/browser/": "service",
    "tests/clients/": "service",
    "tests/command_line/": "service",
    "tests/conformance/": "service",
    "tests/infra/test_keys.py": "service",
    "tests/local/": "service",
    "tests/rehearsal/": "service",
    "tests/test_readme.py": "service",
    "tests/infra/test_growth.py": "growth",
    "tests/infra/": "synthesis",
}
SHARED: Final = {
    "start_cell": "sandbox",
    "service": "service",
    "rehearsal": "service",
    "api": "service",
    "assemblies": "synthesis",
}


def group(node_id: str) -> str:
    """Return the name of the group that a test runs in, one after another."""
    return next(
        (name for prefix, name in GROUPS.items() if node_id.startswith(prefix)), node_id.split("::", maxsplit=1)[0]
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "alone: measures time or memory, so no other test runs at the same time")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring groups into the order in which they are begun. Raises UsageError for a test in the wrong one."""
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        wanted = {name for fixture, name in SHARED.items() if fixture in fixtures}
        if wanted - {group(item.nodeid)}:
            message = f"{item.nodeid} uses what {wanted} shares: put its file there, in tests/together.py"
            raise pytest.UsageError(message)
    order = list(GROUPS.values())
    items.sort(key=lambda item: order.index(group(item.nodeid)) if group(item.nodeid) in order else len(order))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Give each group to one process; pytest-xdist's own marker for that does nothing with this pytest."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  # tests may run without it

    class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return ByGroup(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Have each test wait for its turn."""
    with turn(item):
        return (yield)


@contextmanager
def turn(item: pytest.Item) -> Iterator[None]:
    """Wait until a test may run, and hold the other processes' back as long as one that is to be alone runs."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):  # the only process
        yield
        return
    shared = Path(item.config.getoption("basetemp")).parent  # of this run's processes
    with (shared / "turn").open("w") as ours:
        with (shared / "gate").open("w") as gate:  # whoever waits here comes after the one who waits for its turn
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(ours, fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH)
        yield
