from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from infra.rehearsal.wsgi_server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

END = b"\r\n\r\n"


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with what was asked; /fail fails, /empty has no body."""
    if environ["PATH_INFO"] == "/fail":
        raise ValueError
    if environ["PATH_INFO"] == "/empty":
        start_response("204 No Content", [])
        return []
    start_response("200 OK", [("X-Kind", "echo")])
    asked = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [json.dumps(asked).encode(), b"\n", environ["wsgi.input"].read()]


@pytest.fixture
def port() -> Iterator[int]:
    with Server(echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.port
        server.shutdown()
        thread.join()


@pytest.fixture
def client(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    yield connection
    connection.close()


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        yield connection


def ask(client: http.client.HTTPConnection, method: str, path: str, **request: object) -> tuple[int, bytes]:
    client.request(method, path, **request)  # type: ignore[arg-type]
    answer = client.getresponse()
    return answer.status, answer.read()


def test_requests_share_a_connection(client: http.client.HTTPConnection) -> None:
    client.connect()
    first = client.sock
    for number in range(3):
        status, body = ask(client, "POST", "/a%20b/%C3%BC?x=%20", body=b"\0\xff" * number, headers={"X-One": "1"})
        told, _, sent = body.partition(b"\n")
        environ = json.loads(told)
        assert (status, sent) == (200, b"\0\xff" * number)
        assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/ü"
        assert (environ["QUERY_STRING"], environ["RAW_URI"]) == ("x=%20", "/a%20b/%C3%BC?x=%20")
        assert (environ["HTTP_X_ONE"], environ["CONTENT_LENGTH"]) == ("1", str(2 * number))
        assert client.sock is first


def test_a_body_in_chunks(client: http.client.HTTPConnection) -> None:
    chunks = iter([b"first ", b"second"])
    _, body = ask(client, "PUT", "/", body=chunks, headers={"Transfer-Encoding": "chunked"}, encode_chunked=True)
    told, _, sent = body.partition(b"\n")
    assert sent == b"first second"
    assert json.loads(told)["CONTENT_LENGTH"] == "12"
    assert "HTTP_TRANSFER_ENCODING" not in json.loads(told)


def test_answers_without_a_body(client: http.client.HTTPConnection) -> None:
    assert ask(client, "GET", "/empty") == (204, b"")
    assert ask(client, "HEAD", "/") == (200, b"")
    assert ask(client, "GET", "/")[0] == 200, "nothing of them is left on the line"


def test_headers_that_could_pass_for_others_are_dropped(client: http.client.HTTPConnection) -> None:
    _, body = ask(client, "GET", "/", headers={"X_Amz_Target": "false", "X-Amz-Target": "true"})
    assert json.loads(body)["HTTP_X_AMZ_TARGET"] == "true"


def test_a_failure_is_an_answer_and_the_next_request_is_served(client: http.client.HTTPConnection) -> None:
    assert ask(client, "GET", "/fail") == (500, b"")
    assert ask(client, "GET", "/")[0] == 200


@pytest.mark.parametrize("text", [b"no request", b"GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade"])
def test_what_is_not_http_is_refused(line: socket.socket, text: bytes) -> None:
    line.sendall(text + END)
    assert line.recv(100).startswith(b"HTTP/1.1 400 ")
    assert line.recv(100) == b""


def test_requests_sent_at_once_are_answered_in_turn_until_one_closes(line: socket.socket) -> None:
    line.sendall(b"GET /1 HTTP/1.1" + END + b"GET /2 HTTP/1.1\r\nConnection: close" + END)
    with line.makefile("rb") as answers:
        text = answers.read()
    assert text.count(b"HTTP/1.1 200 OK") == 2
    assert text.index(b'"RAW_URI": "/1"') < text.index(b'"RAW_URI": "/2"')


def test_a_client_that_asks_whether_to_go_on_is_told_to(line: socket.socket) -> None:
    line.sendall(b"PUT / HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue" + END)
    assert line.recv(100) == b"HTTP/1.1 100 Continue" + END
    line.sendall(b"body")
    assert line.recv(4096).startswith(b"HTTP/1.1 200 OK")
