"""What sends webhooks' requests: to public addresses only, whatever names say, and not longer than it may."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.core.deliverer import Request
from functions.core.webhooks import Outcome, WebhookRules
from functions.post import connection, sender
from functions.post.app import handler
from functions.post.sender import send
from tests.post.certificates import certificate
from tests.receiver import Receiver, answer, receiving

ANY = WebhookRules(http=True, private=True)
HTTP = WebhookRules(http=True)
PUBLIC = "93.184.215.14"
Resolved = list[tuple[Any, ...]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as ready:
        yield ready


def post(url: str, rules: WebhookRules = ANY, body: bytes = b"{}", seconds: float = 5) -> Outcome:
    headers = {"Content-Type": "application/json", "webhook-id": "msg_1"}
    return send(Request(url, headers, body), rules, seconds)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have names lead to these addresses, at each question to the next ones; return what is connected to."""
    left, connected = list(answers), []

    def getaddrinfo(_host: str, port: int, **_: Any) -> Resolved:
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "",
             (each, port, 0, 0) if ":" in each else (each, port))
            for each in addresses
        ]  # fmt: skip

    def connect(opened: socket.socket, address: tuple[Any, ...]) -> None:
        if opened.type == socket.SOCK_STREAM:
            connected.append(address[0])
            raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    monkeypatch.setattr(connection, "_is_own", lambda _: False)
    return connected


def test_what_is_sent(receiver: Receiver) -> None:
    body = b'{"a": "\xc3\xa4"}' * 50_000
    assert post(f"{receiver.url}/a/b?c=d%20e", body=body) == Outcome(status=204)
    [received] = receiver.wait()
    assert (received.path, received.body) == ("/a/b?c=d%20e", body)
    assert received.headers["host"] == receiver.url.removeprefix("http://")
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["content-type"] == "application/json"
    assert not {"authorization", "cookie", "transfer-encoding"} & set(received.headers)


def test_a_url_without_a_path(receiver: Receiver) -> None:
    assert post(f"{receiver.url}?a=b").delivered
    assert receiver.wait()[0].path == "/?a=b"


@pytest.mark.parametrize("status", [200, 400, 410, 500, 503])
def test_the_status_that_was_answered(receiver: Receiver, status: int) -> None:
    receiver.behaviour = answer(status)
    assert post(receiver.url) == Outcome(status=status)


def test_no_proxy_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(receiver.url).delivered


def test_a_redirect_isnt_followed(receiver: Receiver) -> None:
    with receiving() as inner:
        for status in (301, 302, 303, 307, 308):
            receiver.behaviour = answer(status, Location=f"{inner.url}/secret")
            outcome = post(receiver.url)
            assert (outcome.status, outcome.delivered) == (status, False)
            assert "redirects are not followed" in str(outcome.reason)
        assert inner.received == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "10.1.2.3",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "64:ff9b::a9fe:a9fe",
        "224.0.0.1",
        "0.0.0.0",  # noqa: S104  # it leads to this machine
    ],
)
def test_a_name_that_leads_inside(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    connected = resolve_to(monkeypatch, [address])
    outcome = post("http://attacker.example/", HTTP)
    assert outcome == Outcome(error="refused: the host's address isn't one that the internet leads to")
    assert connected == []


def test_a_name_of_which_one_address_leads_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = resolve_to(monkeypatch, [PUBLIC, "169.254.169.254"])
    assert str(post("http://attacker.example/", HTTP).error).startswith("refused")
    assert connected == []


def test_dns_rebinding_what_was_looked_at_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public at the first question leads to the metadata service at each one after it."""
    connected = resolve_to(monkeypatch, [PUBLIC], ["169.254.169.254"])
    assert post("http://attacker.example/", HTTP) == Outcome(error="no connection: Connection refused")
    assert connected == [PUBLIC]
    assert str(post("http://attacker.example/", HTTP).error).startswith("refused")
    assert connected == [PUBLIC]


def test_the_peer_of_a_connection_is_looked_at_too(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should anything lead a connection elsewhere, nothing is sent."""
    port, opens = int(receiver.url.rsplit(":", 1)[1]), socket.socket.connect

    def elsewhere(opened: socket.socket, _: tuple[Any, ...]) -> None:
        if opened.type == socket.SOCK_STREAM:
            opens(opened, ("127.0.0.1", port))

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", (PUBLIC, port))])
    monkeypatch.setattr(socket.socket, "connect", elsewhere, raising=False)
    assert str(post("http://attacker.example/", HTTP).error).startswith("refused")
    assert receiver.received == []


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_this_machine_by_any_name(receiver: Receiver, host: str) -> None:
    port = receiver.url.rsplit(":", 1)[1]
    assert str(post(f"http://{host}:{port}/", HTTP).error).startswith(("refused", "no connection: Name"))
    assert receiver.received == []


def test_this_machines_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """What listens on it behind a firewall can be reached from here."""
    connected = resolve_to(monkeypatch, [PUBLIC])
    monkeypatch.setattr(connection, "_is_own", lambda address: address[0] == PUBLIC)
    assert str(post("http://me.example/", HTTP).error).startswith("refused: the host's address is this service's own")
    assert connected == []


def test_which_addresses_are_this_machines() -> None:
    assert connection._is_own(("127.0.0.1", 80))
    assert not connection._is_own((PUBLIC, 80))


def test_plain_http_only_where_the_rules_say_so(receiver: Receiver) -> None:
    assert post(receiver.url, WebhookRules(private=True)) == Outcome(
        error="refused: webhooks go to https:// URLs only"
    )
    assert receiver.received == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/\r\nX-Evil: 1", "http://127.0.0.1:1/ HTTP/1.1", "http://a\r\nb/"]
)
def test_a_url_that_would_inject_headers_makes_no_request(url: str) -> None:
    """None gets past the model; one that did would be refused by what writes requests."""
    outcome = post(url)
    assert (outcome.status, outcome.delivered) == (None, False)


def test_a_header_that_would_inject_another(receiver: Receiver) -> None:
    outcome = send(Request(receiver.url, {"webhook-id": "a\r\nX-Evil: 1"}, b""), ANY)
    assert outcome.status is None
    assert receiver.received == []


@pytest.mark.parametrize("behaviour", ["hang", "drip", "announce"])
def test_a_receiver_that_never_answers(receiver: Receiver, behaviour: str) -> None:
    receiver.behaviour = getattr(receiver, behaviour)
    start = time.monotonic()
    outcome = post(receiver.url, seconds=0.7)
    assert outcome == Outcome(error="no answer within 0.7 seconds")
    assert time.monotonic() - start < 3


def test_an_endless_body_ends_where_it_may(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    receive = connection.Connection.receive

    def counted(opened: connection.Connection) -> bytes:
        content = receive(opened)
        read.append(len(content))
        return content

    monkeypatch.setattr(connection.Connection, "receive", counted)
    receiver.behaviour = receiver.endless
    assert post(receiver.url) == Outcome(status=200)
    assert sum(read) <= sender.BODY_BYTES + sender.HEAD_BYTES + 2 * connection.CHUNK_BYTES


@pytest.mark.parametrize("behaviour", ["long_head", "nonsense"])
def test_what_is_no_answer(receiver: Receiver, behaviour: str) -> None:
    receiver.behaviour = getattr(receiver, behaviour)
    assert post(receiver.url) == Outcome(error="the receiver's answer isn't HTTP")


def test_a_receiver_that_reads_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        start = time.monotonic()
        outcome = post(f"http://127.0.0.1:{listening.getsockname()[1]}/", body=b"x" * 20_000_000, seconds=0.7)
    assert outcome == Outcome(error="no answer within 0.7 seconds")
    assert time.monotonic() - start < 3


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    assert post(url) == Outcome(error="no connection: Connection refused")


def test_a_name_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang(*_: Any, **__: Any) -> Resolved:
        over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    assert post("http://slow.example/", seconds=0.3) == Outcome(error="no answer within 0.3 seconds")
    assert time.monotonic() - start < 1.5
    over.set()


def test_a_name_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Resolved:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert post("http://nobody.example/") == Outcome(error="no connection: Name or service not known")


def trusting(monkeypatch: pytest.MonkeyPatch, context: ssl.SSLContext) -> None:
    monkeypatch.setattr(sender, "_trust", lambda: context)


def test_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = certificate(tmp_path, "localhost", "127.0.0.1")
    trusting(monkeypatch, client)
    with receiving(context=server) as secure:
        body = b"x" * 1_000_000
        assert post(secure.url, WebhookRules(private=True), body) == Outcome(status=204)
        named = secure.url.replace("127.0.0.1", "localhost")
        assert post(named, WebhookRules(private=True)) == Outcome(status=204)
        assert [each.body for each in secure.received] == [body, b"{}"]


@pytest.mark.parametrize("wrong", ["stranger", "name", "expired"])
def test_a_certificate_that_isnt_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    names = ("other.example",) if wrong == "name" else ("127.0.0.1",)
    server, client = certificate(tmp_path, *names, days=-1 if wrong == "expired" else 1)
    trusting(monkeypatch, ssl.create_default_context() if wrong == "stranger" else client)
    with receiving(context=server) as secure:
        outcome = post(secure.url, WebhookRules(private=True))
        assert str(outcome.error).startswith("the receiver's certificate isn't valid")
        assert secure.received == []


def test_a_handshake_that_never_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        assert post(url, seconds=0.5) == Outcome(error="no answer within 0.5 seconds")


def test_plain_text_where_tls_is_due(receiver: Receiver) -> None:
    outcome = post(receiver.url.replace("http:", "https:"))
    assert str(outcome.error).startswith("no secure connection")


def test_the_functions_handler(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    body = base64.b64encode(b"\xff{}").decode()
    event: dict[str, Any] = {"url": receiver.url, "headers": {"webhook-id": "1"}, "body": body}
    refused = handler(event)
    assert refused["status"] is None
    for name, value in ANY.environment().items():
        monkeypatch.setenv(name, value)
    call: Callable[[Any], Any] = handler
    assert json.loads(json.dumps(call(event))) == {"status": 204, "error": None}
    assert receiver.wait()[0].body == b"\xff{}"
