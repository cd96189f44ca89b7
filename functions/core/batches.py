"""Batches: many submissions in one request, each accepted or refused on its own; the accepted are one write."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from functions.core import limits
from functions.core.dispatch import Dispatch
from functions.core.errors import (
    BusyError,
    IdempotencyKeyReusedError,
    RefusedBeforeError,
    ServiceError,
    StorageError,
    TooLargeError,
)
from functions.core.job import Job, Status, Submission
from functions.core.keys import Key
from functions.core.keystore import Admission, KeyStore
from functions.core.quotas import Rate
from functions.core.service import KEY_REUSED, JobService, Once
from functions.core.store import JobStore
from functions.core.uploads import Uploads

Entry = Submission | Exception  # as it came: what isn't valid is its refusal already


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job that a submission became, now or when the same request came first."""

    job_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of each submission, in order, and what the key has left."""

    outcomes: Sequence[Accepted | Exception]
    rate: Rate


@dataclass(frozen=True, slots=True)
class _Ready:
    """A submission that lacks nothing but room."""

    index: int
    job: Job
    submission: Submission  # with its uploads' content
    asked: Submission


class Batches:
    """Submits many jobs of one customer at once."""

    def __init__(
        self, jobs: JobService, store: JobStore, dispatch: Dispatch, keys: KeyStore, uploads: Uploads
    ) -> None:
        self._jobs = jobs
        self._store = store
        self._dispatch = dispatch
        self._keys = keys
        self._uploads = uploads

    def submit(
        self, admission: Admission, entries: Sequence[Entry], once: Once | None, request_id: str | None = None
    ) -> Submitted:
        """Record a job for each entry that is valid while the key has room, all in one write, and tell their pools.

        With `once`, the same request gets the jobs of the first. Then the first job that is accepted has the id that
        the key stands for, and its fingerprint says which others were: all were recorded with it, or none.
        Raises IdempotencyKeyReusedError, BusyError and StorageError; only after the last jobs may be recorded.
        """
        if once and (before := self._before(admission, entries, once)):
            return before
        ready, outcomes = self._ready(admission.key, entries, request_id)
        ready = [_with_id(each, number, admission.account, once) for number, each in enumerate(ready)]
        claimed = self._keys.claim(admission, [each.job.job_id for each in ready])
        accepted = ready[: len(claimed.slots)]
        if accepted and not self._store.put_all(_recorded(accepted, once)):
            for slot in claimed.slots:
                self._keys.release(slot)
            accepted = []
        if once and not accepted and (before := self._before(admission, entries, once)):
            return replace(before, rate=claimed.rate)  # the same request, sent twice at once
        if ready and not accepted and not claimed.refusal:
            message = "jobs of new ids were there already"
            raise StorageError(message)
        if claimed.refusal:
            outcomes |= {each.index: claimed.refusal for each in ready[len(accepted) :]}
        for each in accepted:
            self._jobs.open_input(each.job, each.submission)
            self._uploads.forget(each.job.owner, each.asked)
            outcomes[each.index] = Accepted(each.job.job_id, Status.PENDING)
        self._dispatch.send_all([each.job for each in accepted])
        return Submitted([outcomes[index] for index in range(len(entries))], claimed.rate)

    def _ready(
        self, key: Key, entries: Sequence[Entry], request_id: str | None
    ) -> tuple[list[_Ready], dict[int, Accepted | Exception]]:
        """Return the entries that can be accepted, and why the others can't, by their indexes. Raises BusyError."""
        ready: list[_Ready] = []
        refusals: dict[int, Accepted | Exception] = {}
        room = limits.INPUT_FILES_BYTES
        for index, entry in enumerate(entries):
            if isinstance(entry, Exception):
                refusals[index] = entry
                continue
            try:
                job = self._jobs.plan(key.public_key, entry, request_id, key.webhook)
                complete, room = self._filled(key.public_key, entry, room)
            except BusyError:
                raise
            except ServiceError as refusal:
                refusals[index] = refusal
            else:
                ready.append(_Ready(index, job, complete, entry))
        return ready, refusals

    def _filled(self, owner: str, submission: Submission, room: int) -> tuple[Submission, int]:
        """Return a submission with its uploads' content, and the room that is left for others'."""
        if not submission.upload_ids():
            return submission, room
        complete = self._uploads.fill_in(owner, submission)
        size = sum(
            len(filled.content or b"")
            for filled, file in zip(complete.input_files, submission.input_files, strict=True)
            if file.upload_id
        )
        if size > room:
            message = f"The uploads of a batch may have {limits.INPUT_FILES_BYTES} bytes together; submit it alone."
            raise TooLargeError(message)
        return complete, room - size

    def _before(self, admission: Admission, entries: Sequence[Entry], once: Once) -> Submitted | None:
        """Return what became of the same request before; None where it is the first with its key.

        Raises IdempotencyKeyReusedError.
        """
        first = self._store.get(once.job_id(admission.account))
        if first is None:
            return None
        fingerprint, _, mask = (first.fingerprint or "").partition(MASK)
        if fingerprint != once.fingerprint:
            raise IdempotencyKeyReusedError(KEY_REUSED)
        indexes = [index for index in range(len(entries)) if int(mask, 16) >> index & 1]
        ids = {index: _job_id(admission.account, once, number, index) for number, index in enumerate(indexes)}
        statuses = self._store.statuses([*ids.values()])
        outcomes = [
            # One that is no longer kept had ended.
            Accepted(ids[index], statuses.get(ids[index], Status.COMPLETED))
            if index in ids
            else self._refusal(first.owner, entry)
            for index, entry in enumerate(entries)
        ]
        return Submitted(outcomes, admission.rate)

    def _refusal(self, owner: str, entry: Entry) -> Exception:
        """Return why an entry was refused: for what is wrong with it, or for what has passed by now."""
        if isinstance(entry, Exception):
            return entry
        try:
            self._jobs.plan(owner, entry)
        except BusyError:
            raise
        except ServiceError as refusal:
            return refusal
        return RefusedBeforeError()


MASK: Final = ":"  # in a fingerprint: what follows says, as bits, which of a batch's submissions were accepted


def _recorded(accepted: Sequence[_Ready], once: Once | None) -> list[tuple[Job, Submission]]:
    """Return what is to be recorded; the first job of a batch that came with a key knows of the others."""
    jobs = [(each.job, each.submission) for each in accepted]
    if once:
        mask = sum(1 << each.index for each in accepted)
        job, submission = jobs[0]
        jobs[0] = job.model_copy(update={"fingerprint": f"{once.fingerprint}{MASK}{mask:x}"}), submission
    return jobs


def _with_id(ready: _Ready, number: int, account: str, once: Once | None) -> _Ready:
    if once is None:
        return ready
    return replace(ready, job=ready.job.model_copy(update={"job_id": _job_id(account, once, number, ready.index)}))


def _job_id(account: str, once: Once, number: int, index: int) -> str:
    """Return the id of a batch's `number`-th accepted job, which is its submission at `index`."""
    first = once.job_id(account)
    return first if number == 0 else str(uuid.uuid5(uuid.UUID(first), str(index)))
