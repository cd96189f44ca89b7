"""The pages and their files: where they are, what browsers may do with them, how long they are kept."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from functions.api import static
from functions.api.app import build
from functions.api.openapi import document
from tests.api.events import call
from tests.conftest import ROOT

PAGES = ["/", "/docs"]
ZIPPED = {"Accept-Encoding": "gzip, br"}
FILES = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def test_pages_are_html_that_loads_only_our_files() -> None:
    for path in PAGES:
        answer = call("GET", path)
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        text = answer.body.decode()
        assert "://" not in text
        assert not re.search(r"\{(static|base)\}", text)
        assert not re.search(r"<[a-z]+ [^>]*\b(style|on\w+)=", text)  # the policy would refuse it
        loaded = FILES.findall(text)
        assert len(loaded) >= 5
        for each in loaded:
            assert call("GET", each).status == 200, each


def test_modules_import_files_that_there_are() -> None:
    for name, file in static.files().items():
        if name.endswith(".js") and name != "swagger-ui-bundle.js":
            for imported in re.findall(r'(?:from|import)\s*\(?"\./([^"]+)"', file.content.decode()):
                assert imported in static.files(), (name, imported)


def test_each_file_has_a_name_of_its_own_and_a_type() -> None:
    paths = [path for path in static.FOLDER.rglob("*") if path.is_file()]
    assert len({path.name for path in paths}) == len(paths)
    assert {path.suffix for path in paths} <= set(static.MEDIA_TYPES)


@pytest.mark.parametrize("path", [*PAGES, "/static/any/editor.js"])
def test_browsers_are_told_to_load_nothing_from_elsewhere(path: str) -> None:
    headers = call("GET", path).headers
    policy = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' blob: data:"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", [*PAGES, "/static/any/theme.js"])
@pytest.mark.parametrize("headers", [{}, ZIPPED])
def test_what_a_browser_has_is_not_sent_again(path: str, headers: dict[str, str]) -> None:
    first = call("GET", path, headers=headers)
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["vary"] == "Accept-Encoding"
    again = call("GET", path, headers={**headers, "If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert call("GET", path, headers={**headers, "If-None-Match": '"other"'}).status == 200


def test_a_file_is_kept_for_good_by_its_versions_name_alone() -> None:
    current = call("GET", f"/static/{static.version()}/theme.js")
    older = call("GET", "/static/0123456789abcdef/theme.js")
    assert "immutable" in current.headers["cache-control"]
    assert older.headers["cache-control"] == "no-cache"
    assert older.body == current.body


def test_compressed_is_the_same_and_named_apart() -> None:
    path = "/static/x/swagger-ui-bundle.js"
    plain, zipped = call("GET", path), call("GET", path, headers=ZIPPED)
    assert (zipped.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert gzip.decompress(zipped.body) == plain.body
    assert plain.headers["etag"] != zipped.headers["etag"]
    assert len(zipped.body) < len(plain.body) / 3


@pytest.mark.parametrize("name", ["nothing.js", "playground.html", "..%2Fapp.py", "../app.py", "vendor"])
def test_nothing_else_is_served(name: str) -> None:
    answer = call("GET", f"/static/x/{name}")
    assert (answer.status, answer.body["error"]) == (404, "not_found")


def test_below_a_stages_folder_everything_is_asked_for_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_PATH", "/v1")
    text = static.page.__wrapped__("playground").content.decode()
    assert 'data-base="/v1"' in text
    assert set(re.findall(r'(?:href|src)="(/[^/"]*)', text)) == {"/v1"}
    assert document.build(build())["servers"] == [{"url": "/v1"}]


def test_vendored_files_are_the_locks() -> None:
    lock = json.loads((ROOT / "vendor/package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((ROOT / "vendor/package.json").read_text("utf-8"))["dependencies"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    licences = (static.FOLDER / "vendor/LICENSES.txt").read_text("utf-8")
    bundled = dict(re.findall(r"^(\S+) (\d+\.\d+\.\d+) \(\S+\)$", licences, re.MULTILINE))
    assert {"swagger-ui-dist", "@codemirror/view", "@lezer/python"} <= set(bundled)
    for name, version in bundled.items():
        assert lock[f"node_modules/{name}"]["version"] == version, "run: scripts/vendor"
