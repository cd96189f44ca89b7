"""CORS: pages of the origins that were named may call the API, and of no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions.api import dependencies
from functions.core.cors import Origins
from tests.api.events import Called, call
from tests.aws import Cloud, cloud

PAGE = "https://app.example.org"
PREFLIGHT = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def allow(monkeypatch: pytest.MonkeyPatch, *origins: str) -> None:
    services = replace(dependencies.services(), origins=Origins.parse(origins))
    monkeypatch.setattr(dependencies, "_services", services)


def from_page(aws: Cloud, origin: str = PAGE, path: str = "/jobs") -> Called:
    return call("GET", path, None, aws.secret, {"Origin": origin})


def test_by_default_no_page_may(aws: Cloud) -> None:
    answer = call("OPTIONS", "/execute", None, None, PREFLIGHT)
    assert answer.status == 405
    for each in (answer, from_page(aws)):
        assert not [name for name in each.headers if name.startswith("access-control")]
        assert "vary" not in each.headers


@pytest.mark.parametrize("path", ["/execute", "/jobs/00000000-0000-4000-8000-000000000000", "/nope"])
def test_a_preflight_is_answered_without_a_key(aws: Cloud, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert aws
    allow(monkeypatch, PAGE)
    answer = call("OPTIONS", path, None, None, PREFLIGHT)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "POST" in answer.headers["access-control-allow-methods"]
    names = {each.strip().lower() for each in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key", "x-signature", "x-timestamp"} <= names
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


def test_answers_and_errors_can_be_read_by_that_page_alone(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, PAGE, "http://localhost:5173")
    for answer, status in ((from_page(aws), 200), (call("GET", "/jobs", None, None, {"Origin": PAGE}), 401)):
        assert answer.status == status
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "X-RateLimit-Remaining" in answer.headers["access-control-expose-headers"]
        assert answer.headers["vary"] == "Origin"
    assert from_page(aws, "http://localhost:5173").headers["access-control-allow-origin"] == "http://localhost:5173"
    for other in ("https://app.example.org.evil.test", "http://app.example.org", "null", "https://APP.example.org"):
        answer = from_page(aws, other)
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"
    refused = call("OPTIONS", "/execute", None, None, {**PREFLIGHT, "Origin": "https://evil.test"})
    assert refused.status == 405


def test_a_page_that_varies_already_varies_by_both(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, PAGE)
    assert from_page(aws, path="/").headers["vary"] == "Accept-Encoding, Origin"


def test_every_page(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, "*")
    answer = from_page(aws, "null")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "vary" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["", "app.example.org", "https://app.example.org/", "https://*.example.org", "null", "ftp://a"]
)
def test_what_is_no_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        Origins.parse([origin])


@pytest.mark.parametrize("origin", ["https://a", "http://localhost:5173", "https://[::1]:8443", "*"])
def test_what_is_an_origin(origin: str) -> None:
    assert Origins.parse([origin]).allowed == {origin}
