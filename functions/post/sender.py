"""Sends a webhook's request, to whatever receiver a customer named: it may be slow, wrong, endless or hostile."""

from __future__ import annotations

import functools
import ssl
from typing import Final

import h11

from functions.core.deliverer import Request
from functions.core.webhooks import Outcome, WebhookRules
from functions.post.connection import Connection, Deadline, RefusedError, Target

SECONDS: Final = 15.0  # for all of it: name, connection, request and answer
HEAD_BYTES: Final = 16_384  # of an answer's status and headers
BODY_BYTES: Final = 65_536  # of an answer that are read, to end in peace, and dropped
DRAIN_SECONDS: Final = 2.0  # for that
USER_AGENT: Final = "code-execution-service"


def send(request: Request, rules: WebhookRules, seconds: float = SECONDS) -> Outcome:
    """POST a request once, and return what became of it. No proxy, no redirect, no cookie."""
    try:
        return Outcome(status=_exchange(request, rules, Deadline.after(seconds)))
    except TimeoutError:
        return Outcome(error=f"no answer within {seconds:g} seconds")
    except (RefusedError, OSError, h11.ProtocolError) as failure:
        return Outcome(error=_reason(failure))


def _reason(failure: Exception) -> str:
    """Say in a few words why there is no answer."""
    match failure:
        case ssl.SSLCertVerificationError():
            return f"the receiver's certificate isn't valid: {failure.verify_message}"
        case ssl.SSLError():
            return f"no secure connection: {failure.reason or 'it was ended'}"
        case OSError():
            return f"no connection: {failure.strerror or failure}"
        case h11.ProtocolError():
            return "the receiver's answer isn't HTTP"
        case _:
            return str(failure)


def _exchange(request: Request, rules: WebhookRules, deadline: Deadline) -> int:
    """Return the status that was answered."""
    target = Target.of(request.url, rules)
    protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
    head = protocol.send(
        h11.Request(
            method="POST",
            target=target.path,
            headers=[
                ("Host", target.authority),
                ("User-Agent", USER_AGENT),
                ("Connection", "close"),
                ("Content-Length", str(len(request.body))),
                *request.headers.items(),
            ],
        )
    )
    connection = Connection.open(target, rules, deadline, _trust())
    try:
        for part in (head, protocol.send(h11.Data(data=request.body)), protocol.send(h11.EndOfMessage())):
            connection.send(part or b"")
        status = _status(connection, protocol)
        connection.hurry(DRAIN_SECONDS)
        _drain(connection, protocol)
        return status
    finally:
        connection.close()


def _status(connection: Connection, protocol: h11.Connection) -> int:
    """Read the head of an answer; 1xx are only announcements of one."""
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            protocol.receive_data(connection.receive())
        elif isinstance(event, h11.Response):
            return event.status_code
        elif not isinstance(event, h11.InformationalResponse):
            message = "no answer"
            raise h11.RemoteProtocolError(message)


def _drain(connection: Connection, protocol: h11.Connection) -> None:
    """Read the rest of an answer, to a limit. The status stands, whatever becomes of this."""
    size = 0
    try:
        while size < BODY_BYTES:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                protocol.receive_data(connection.receive())
            elif isinstance(event, h11.Data):
                size += len(event.data)
            else:
                return
    except (OSError, h11.ProtocolError):
        return


@functools.cache
def _trust() -> ssl.SSLContext:
    """Return whom to trust: the system's certificate authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
