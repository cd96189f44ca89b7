"""Some routes need no key; all others answer 401 to a stranger, before they look at what he sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.events import call
from tests.aws import Cloud, cloud


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("path", ["/health", "/languages"])
def test_public(path: str) -> None:
    assert call("GET", path).status == 200


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/execute"),
        ("POST", "/execute/async"),
        ("POST", "/run"),
        ("POST", "/run/async"),
        ("GET", "/jobs"),
        ("GET", "/jobs/x"),
        ("DELETE", "/jobs/x"),
    ],
)
def test_private(method: str, path: str) -> None:
    answer = call(method, path, b"not even JSON" if method == "POST" else None)
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")
