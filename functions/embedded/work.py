"""SocketWorkQueue: a worker's jobs, by the socket that it inherited from the service.

The protocol, a packet's `op` first. From the worker: `ready` (it waits for a job), `beat` (what the streams hold),
`output` (what the streams have in addition, of a job that is watched), `more` (it wants the input from an offset on),
`put` (a file of the result), `end` (the result), `back` (a job whose program never started), `forget` (a job that it
was told it has lost). From the service: `job` (claimed already, in this worker's name), `watch`, `more` (there is
input to be asked for), `cancel`, `lost`, and the answers `input` and `back`. Which job is meant needs no word: a
worker has one. The service may also close its end: then the worker is no longer needed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from functions.core.job import Job, Status, Submission
from functions.core.store import Beat, Claim
from functions.core.work import Message
from functions.embedded.channel import Channel, ChannelClosedError, Packet
from functions.embedded.mark import Mark

BEAT_SECONDS: Final = 0.05  # so GET /jobs/{id} shows output within a tenth of a second
RENEW_SECONDS: Final = 1.0  # between beats that have nothing new to show
ANSWER_SECONDS: Final = 30.0
_BEATS: Final = {"cancel": Beat.CANCEL, "lost": Beat.LOST}


class DismissedError(Exception):
    """The service needs this worker no longer, or is gone."""


class SocketWorkQueue:
    """Core's WorkQueue for a worker of this machine. The service claims the jobs that it sends, so nothing races."""

    beat_seconds = BEAT_SECONDS
    at_once = True

    def __init__(self, name: str, channel: Channel, mark: Mark) -> None:
        self.name = name
        self._channel = channel
        self._mark = mark
        self._announced = False
        self._job: Packet | None = None
        self._shown: tuple[bytes, bytes] = (b"", b"")
        self._renew_at = 0.0
        self.watched = False
        self._input = b""  # that came, of the job that it has
        self._input_taken = 0  # so much before
        self._input_waits = False  # there may be more
        self._input_ends = False

    @property
    def news(self) -> int:
        """A descriptor that is readable when there is something that a heartbeat would hear."""
        return self._channel.fileno()

    @property
    def over(self) -> bool:
        """False: the service says when, by DismissedError."""
        return False

    def receive(self, seconds: int) -> Message | None:
        """Wait for a job. Raises DismissedError."""
        if not self._announced:
            self._send({"op": "ready"})
            self._announced = True
        deadline = time.monotonic() + seconds
        while packet := self._receive(deadline - time.monotonic()):
            if packet.head["op"] == "job":
                self._announced = False
                self._job = packet
                return Message(packet.head["job"]["job_id"], "")
        return None

    def release(self, message: Message) -> None:  # noqa: ARG002  # a worker has one job
        """Give the job back."""
        self._send({"op": "back"})
        self._taken_back()

    def claim(self, message: Message) -> Claim | None:  # noqa: ARG002  # a worker has one job
        """Return the job that came: it is claimed already."""
        packet, self._job = self._job, None
        if packet is None:
            return None
        self._shown = (b"", b"")
        self.watched = bool(packet.head["watched"])
        self._input, self._input_taken, self._input_waits, self._input_ends = b"", 0, True, False
        self._renew_at = time.monotonic() + RENEW_SECONDS
        job = Job.model_validate(packet.head["job"])
        return Claim(job, Submission.model_validate_json(packet.body), None, packet.head["attempt"])

    def heartbeat(self, claim: Claim, stdout: bytes, stderr: bytes) -> Beat:  # noqa: ARG002  # a worker has one job
        """Show the output where it is new, and hear of a cancel."""
        try:
            return self._beat(stdout, stderr)
        except DismissedError:
            return Beat.LOST

    def _beat(self, stdout: bytes, stderr: bytes) -> Beat:
        if (stdout, stderr) != self._shown or time.monotonic() >= self._renew_at:
            self._send({"op": "beat", "stdout": len(stdout)}, stdout + stderr)
            self._shown = (stdout, stderr)
            self._renew_at = time.monotonic() + RENEW_SECONDS
        while packet := self._receive(0):
            if packet.head["op"] in _BEATS:
                return _BEATS[packet.head["op"]]
            self._hear(packet)
        return Beat.RENEWED

    def _hear(self, packet: Packet) -> None:
        match packet.head["op"]:
            case "watch":
                self.watched = True
            case "more":
                self._input_waits = True
            case "input":
                self._input += packet.body
                self._input_ends = bool(packet.head["eof"])

    def more_input(self, claim: Claim) -> tuple[bytes, bool]:  # noqa: ARG002  # a worker has one job
        """Return what has come, and ask for what waits: its coming is news."""
        data, self._input = self._input, b""
        self._input_taken += len(data)
        if self._input_waits:
            self._input_waits = False
            with suppress(DismissedError):  # the next heartbeat finds out
                self._send({"op": "more", "offset": self._input_taken})
        return data, self._input_ends

    def pass_on(self, claim: Claim, stdout: bytes, stderr: bytes) -> None:  # noqa: ARG002  # a worker has one job
        """Pass on what the streams have in addition."""
        with suppress(DismissedError):  # the next heartbeat finds out
            self._send({"op": "output", "stdout": len(stdout)}, stdout + stderr)

    def mark_started(self, claim: Claim) -> None:
        """Note, where it outlives this process and the service, that the program may run from now on."""
        self._mark.write(claim.job.job_id)

    def put(self, key: str, content: bytes) -> None:
        """Send a file of the result. The service keeps it until it is written, as it does the result."""
        self._send({"op": "put", "key": key}, content)

    def finish(
        self,
        message: Message,  # noqa: ARG002  # a worker has one job
        claim: Claim,  # noqa: ARG002
        status: Status,
        result: Mapping[str, Any],
        *,
        young: bool,  # noqa: ARG002  # heartbeats leave nothing here that would have to be removed
    ) -> None:
        """Send the result. The service keeps it until it is written, whatever the disk says."""
        body = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()
        self._send({"op": "end", "status": status}, body)

    def forget(self, message: Message, claim: Claim) -> None:  # noqa: ARG002  # a worker has one job
        """Let go of a job that was lost."""
        self._send({"op": "forget"})

    def close(self) -> None:
        """Nothing is left: each job is settled at its end."""

    def hand_back(self, message: Message, claim: Claim) -> bool:  # noqa: ARG002  # a worker has one job
        """Give the job back; False where it is to be cancelled."""
        self._send({"op": "back"})
        return self._taken_back()

    def _taken_back(self) -> bool:
        while packet := self._receive(ANSWER_SECONDS):
            if packet.head["op"] == "back":
                return bool(packet.head["taken"])
        message = "the service doesn't answer"
        raise DismissedError(message)

    def _send(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        try:
            self._channel.send(head, body)
        except ChannelClosedError as error:
            raise DismissedError(str(error)) from error

    def _receive(self, seconds: float) -> Packet | None:
        try:
            return self._channel.receive(seconds)
        except ChannelClosedError as error:
            raise DismissedError(str(error)) from error
