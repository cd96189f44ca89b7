"""The first requests after a start, many at once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.api import app

EVENT = {"path": "/docs", "httpMethod": "GET", "headers": {}}


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty_threads")
def test_the_first_requests_of_a_route_may_come_at_once() -> None:
    for _ in range(20):
        resolver, start = app.build(), threading.Barrier(4)

        def request() -> int:
            start.wait()  # noqa: B023  # it has run when the loop goes on
            return int(resolver.resolve(EVENT, None)["statusCode"])  # type: ignore[arg-type]  # noqa: B023

        with ThreadPoolExecutor(4) as pool:
            answers = [pool.submit(request) for _ in range(4)]
        assert [answer.result() for answer in answers] == [200] * 4
