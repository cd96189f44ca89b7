"""HTTP as uvicorn speaks it, but what can't be read as HTTP is answered in the API's one error shape."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from functions.api import errors

MESSAGE: Final = "The request can't be read as HTTP/1.1: look at its method, its path and its headers."


class Protocol(HttpToolsProtocol):
    """One connection of a client."""

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's closes the connection
        """Let a client that has ended its side, after whole requests, have its answers before the connection ends."""
        if self.cycle is None or self.cycle.more_body or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own text is for its log
        """Answer what isn't HTTP, and end the connection."""
        body = errors.encode({"error": "bad_request", "message": MESSAGE}).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(head.encode() + b"connection: close\r\n\r\n" + body)
        self.transport.close()
