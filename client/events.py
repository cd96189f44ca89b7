"""A job's events as they come: read from a line that may break, and gone on with where it did."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from client.api import TRIES, Answer, Api, ApiError, LineBrokenError

PAUSE_SECONDS: Final = 0.5  # before a line that has ended is taken up again; doubled while nothing comes
LONGEST_PAUSE: Final = 8.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what happened, and the id after which the next one comes."""

    id: str
    name: str
    data: dict[str, Any]


def of_job(api: Api, job_id: str) -> Iterator[Event] | None:
    """Return a job's events up to its result; None where the service has none. Raises ApiError."""
    path = f"/jobs/{job_id}/events"
    answer = api.events(path, "")
    return _to_the_end(api, path, answer) if answer.status == 200 else None


def _to_the_end(api: Api, path: str, answer: Answer) -> Iterator[Event]:
    last, pause, broken = "", PAUSE_SECONDS, 0
    while True:
        try:
            for event in parse(answer.lines()):
                if event.name == "error":  # the service can't hold the line now
                    break
                last, pause, broken = event.id, PAUSE_SECONDS, 0
                yield event
                if event.name == "result":
                    return
        except LineBrokenError as error:
            broken += 1
            if broken == TRIES:
                raise ApiError(str(error)) from error
        finally:
            answer.close()
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
        answer = api.events(path, last)
        if answer.status != 200:
            message = f"the service tells no more of the job (HTTP {answer.status})."
            raise ApiError(message)


def parse(lines: Iterable[bytes]) -> Iterator[Event]:
    """Yield the events of a `text/event-stream`; one that doesn't end is none. Raises ApiError."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.decode("utf-8", "replace").rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if name:
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and name in fields else value
        elif line.strip():
            continue  # a comment, which keeps the line
        else:
            if "data" in fields:
                yield Event(fields.get("id", ""), fields.get("event", ""), _data(fields["data"]))
            fields = {}


def _data(text: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(text)
    except ValueError:
        message = "the service sent an event that isn't JSON: is UNSANDBOX_BASE_URL right?"
        raise ApiError(message) from None
    return data
