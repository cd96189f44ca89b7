"""A WSGI server for this machine alone: a thread a connection, which stays open for its client's next request.

werkzeug's closes each connection after its answer, and making one costs a client as much as half a call.
"""

from __future__ import annotations

import io
import socket
import socketserver
import sys
from contextlib import suppress
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

import httptools
from aws_lambda_powertools import Logger
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

READ_BYTES: Final = 1 << 18
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
BAD_REQUEST: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
FAILED: Final = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
BODILESS: Final = ("1", "204", "304")  # how statuses begin that never have a body

logger = Logger(service="aws")


class Server(socketserver.ThreadingTCPServer):
    """Serves an application on a free port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.application = application
        self.port: int = self.server_address[1]


class _Connection(socketserver.BaseRequestHandler):
    """One client's requests, one after another."""

    server: Server
    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        incoming = _Incoming(self.server.port, self.request)
        try:
            while data := self.request.recv(READ_BYTES):
                incoming.feed(data)
                while incoming.complete:
                    environ, keep_alive = incoming.complete.pop(0)
                    self.request.sendall(_answer(self.server.application, environ))
                    if not keep_alive:
                        return
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            with suppress(ConnectionError):
                self.request.sendall(BAD_REQUEST)
        except ConnectionError:
            return  # the client has gone; what it asked for is done


class _Incoming:
    """Makes WSGI environments of what a client sends; the parser calls its `on_` methods."""

    def __init__(self, port: int, connection: socket.socket) -> None:
        self.complete: list[tuple[WSGIEnvironment, bool]] = []  # and whether the connection stays open after it
        self._connection = connection
        self._parser = httptools.HttpRequestParser(self)
        self._common: dict[str, Any] = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(port),
            "REMOTE_ADDR": "127.0.0.1",
            "SCRIPT_NAME": "",
        }
        self.feed = self._parser.feed_data

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_header(self, name: bytes, value: bytes) -> None:
        if b"_" in name:  # in an environment it couldn't be told from one with a dash
            return
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        self._headers[key] = f"{self._headers[key]},{text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        if self._headers.get("HTTP_EXPECT", "").lower() == "100-continue":
            self._connection.sendall(CONTINUE)

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        raw_path, _, query = self._url.decode("latin-1").partition("?")
        body = b"".join(self._body)
        self._headers.pop("HTTP_TRANSFER_ENCODING", None)  # undone by the parser
        self._headers.pop("HTTP_CONTENT_LENGTH", None)
        environ = {
            **self._common,
            **self._headers,
            "SERVER_PROTOCOL": f"HTTP/{self._parser.get_http_version()}",
            "REQUEST_METHOD": self._parser.get_method().decode("ascii"),
            "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": self._url.decode("latin-1"),
            "CONTENT_TYPE": self._headers.pop("HTTP_CONTENT_TYPE", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        self.complete.append((environ, self._parser.should_keep_alive()))


def _answer(application: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    """Return an application's whole answer, as it goes over the line."""
    try:
        parts, status, headers = run_wsgi_app(application, environ, buffered=True)
        body = b"".join(parts)
    except Exception:  # whatever it is, the client has to hear of it
        logger.exception("an AWS call failed", path=environ["RAW_URI"])
        return FAILED
    headers.setdefault("Date", formatdate(usegmt=True))
    if not status.startswith(BODILESS):
        headers.setdefault("Content-Length", str(len(body)))
    head = "".join([f"HTTP/1.1 {status}\r\n", *(f"{name}: {value}\r\n" for name, value in headers), "\r\n"])
    return head.encode("latin-1") + (b"" if environ["REQUEST_METHOD"] == "HEAD" else body)
