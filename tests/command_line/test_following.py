"""python -m client follows a job by its events, over lines that break, and polls where a service has none."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from client import elapsed, events
from client.api import Account, Api, ApiError
from client.follow import follow
from tests.conftest import wait_until

RESULT = {"stdout": "one\ntwo\n", "stderr": "", "status": "completed"}


def frame(position: str, name: str, **data: Any) -> str:
    return f"id: {position}\nevent: {name}\ndata: {json.dumps(data)}\n\n"


def output(offset: int, text: str) -> str:
    return frame(f"{offset + len(text)}-0-running", "stdout", offset=offset, text=text)


END = frame("8-0-end", "result", **RESULT)


@contextmanager
def service(*answers: tuple[int, str], job: dict[str, Any] | None = None) -> Iterator[tuple[Api, list[str | None]]]:
    """A service that answers requests for events so, one after another; with the Last-Event-IDs that came."""
    left, asked = list(answers), list[str | None]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = 200, json.dumps(job)
            if self.path.endswith("/events"):
                asked.append(self.headers["Last-Event-ID"])
                status, body = left.pop(0)
            self.send_response(status)
            self.send_header("Content-Type", "text/event-stream" if "id: " in body else "application/json")
            if not body.endswith("\n\n"):
                self.send_header("Content-Length", str(len(body) + (100 if "id: " in body else 0)))  # it breaks
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        account = Account.from_environment({"UNSANDBOX_BASE_URL": url, "UNSANDBOX_SECRET_KEY": "x"})
        try:
            yield Api(account), asked
        finally:
            server.shutdown()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("client.api.PAUSE_SECONDS", 0.01)


def test_a_line_that_breaks_is_gone_on_with(capsys: pytest.CaptureFixture[str]) -> None:
    busy = json.dumps({"error": "service_unavailable", "message": "Not now."})
    full = frame("4-0-running", "error", error="service_unavailable", message="Full.")
    with service(
        (200, ":\n\n" + output(0, "one\n")),
        (503, busy),
        (200, "retry: 2000\n\n" + full),
        (200, output(4, "two\n") + "id: 8-0-end\nevent: result\ndata: {"),
        (200, END),
    ) as (api, asked):
        assert follow(api, "job") == RESULT
    assert asked == [None, "4-0-running", "4-0-running", "4-0-running", "8-0-running"]
    assert capsys.readouterr().out == "one\ntwo\n"


@pytest.mark.parametrize("status", [404, 406])
def test_a_service_without_events_is_polled(capsys: pytest.CaptureFixture[str], status: int) -> None:
    with service((status, json.dumps({"error": "x", "message": "x"})), job={"result": RESULT}) as (api, asked):
        assert follow(api, "job") == RESULT
    assert asked == [None]
    assert capsys.readouterr().out == "one\ntwo\n"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ((500, json.dumps({"error": "x", "message": "Ours."})), "Ours."),
        ((200, json.dumps({"status": "running"})), "no events"),
        ((200, "id: 1\nevent: stdout\ndata: no\n\n"), "isn't JSON"),
    ],
)
def test_what_is_no_stream_is_told(answer: tuple[int, str], complaint: str) -> None:
    with service(answer, job={"result": RESULT}) as (api, _), pytest.raises(ApiError, match=complaint):
        follow(api, "job")


def test_a_job_that_is_gone_meanwhile_is_told() -> None:
    gone = json.dumps({"error": "not_found", "message": "There is no job with this id."})
    with service((200, output(0, "one\n")), (404, gone)) as (api, _), pytest.raises(ApiError, match="404"):
        follow(api, "job")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_how_long_it_takes_is_told_between_lines_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elapsed, "ELAPSED_AFTER", 0)
    monkeypatch.setattr(elapsed, "TICK_SECONDS", 0.01)
    terminal = Terminal()
    with elapsed.Elapsed(terminal) as line:
        line.status("running")
        wait_until(lambda: "running" in terminal.getvalue())
        line.write(terminal, "What is your name? ")
        time.sleep(0.05)
    told, asked, after = terminal.getvalue().partition("What is your name? ")
    assert "running, 0 s (Ctrl-C cancels)" in told
    assert told.endswith("\r\x1b[K")
    assert (asked, after) == ("What is your name? ", "")
