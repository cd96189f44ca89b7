"""DynamoJobStore: every change of a job's state, each one conditional write, so two racers have one winner."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from functions.aws import many
from functions.aws.chunks import Chunks
from functions.aws.errors import adapter
from functions.aws.inputs import DynamoInputs
from functions.aws.items import Item, job_of, new_item, number, output_key, payload_is_inline, shown, text
from functions.aws.kept import KeptWorkers
from functions.aws.schema import ACTIVE_INDEX
from functions.core import limits
from functions.core.errors import StorageError
from functions.core.files import FileStore
from functions.core.job import ACTIVE, Job, Status, Submission
from functions.core.store import LEASE_SECONDS, LIST_LIMIT, ActiveJob, Beat, Claim, now_ms, shown_bytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# DynamoDB asks for each KB of an item, whatever of it is written, and S3 for an object as much as DynamoDB for 8 KB.
# A submission is written with its job, with each change of it and with each heartbeat.
INLINE_SUBMISSION_BYTES: Final = 4_000
INLINE_RESULT_BYTES: Final = 16_000  # written once; the first KBs are paid again by whoever reads the job

FILES_AT_ONCE: Final = 16  # of a batch, written to S3

_NEW: Final = "attribute_not_exists(job_id)"
Announce = Callable[[str, str], None]

_RUNNING_HERE: Final = "#status = :running AND worker = :worker"
_END_YOUNG: Final = "SET #status = :status, completed_at = :now, #result = :result REMOVE submission, active_owner"
_END: Final = _END_YOUNG + ", lease_until, cancel"  # and what heartbeats and cancels have left
_RESERVED: Final = ("status", "result", "owner", "language")  # words of DynamoDB's own
_READ: Final = (  # everything but what was submitted, which can be large
    "job_id", "owner", "status", "language", "network_mode", "detected_language", "created_at", "started_at",
    "completed_at", "result", "sent_at", "lease_until", "worker", "fingerprint",
    "request_id", "webhook", "watched",
)  # fmt: skip
_READ_ACTIVE: Final = tuple(name for name in _READ if name not in ("result", "fingerprint", "webhook"))
_READ_EXPRESSION: Final = ", ".join(f"#{name}" for name in _READ)
_READ_NAMES: Final = {f"#{name}": name for name in _READ}


def new_payload_key() -> str:
    """Return a fresh S3 key for a submission too big for an item: no second one of the same job overwrites it."""
    return f"payloads/{uuid.uuid4()}"


@adapter
class DynamoJobStore:
    """The jobs table: core's JobStore."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        files: FileStore,
        kept: KeptWorkers | None = None,
        announce: Announce | None = None,
    ) -> None:
        """Make it; with `kept`, a job says where its customer's next ones are given to the worker that takes it.

        `announce` gets the id and the owner of each job that has a webhook and has ended.
        """
        self._client = client
        self._table = table
        self._files = files
        self._kept = kept
        self._announce = announce
        self.chunks = Chunks(client, table, files)
        self.inputs = DynamoInputs(client, table)

    def put(self, job: Job, submission: Submission) -> bool:
        """Record a new pending job, its submission inline or in S3; False when there is a job of this id."""
        item = self._with_payload(job, submission)
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression=_NEW)
        except self._client.exceptions.ConditionalCheckFailedException:
            if not payload_is_inline(item):
                self._files.delete(item["submission"]["S"])
            return False
        return True

    def put_all(self, jobs: Sequence[tuple[Job, Submission]]) -> bool:
        """Record new pending jobs in one transaction; False, and none, when there is a job of one of these ids."""
        with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
            items = list(pool.map(lambda each: self._with_payload(*each), jobs))
        if many.put_all(self._client, self._table, items, _NEW):
            return True
        for item in items:
            if not payload_is_inline(item):
                self._files.delete(item["submission"]["S"])
        return False

    def get(self, job_id: str) -> Job | None:
        """Return the job as it is now, without what was submitted."""
        job = self.look(job_id)
        return self.with_output(job) if job else None

    def _with_payload(self, job: Job, submission: Submission) -> dict[str, Any]:
        """Return the item of a new job; a submission that is too big for it is written to S3."""
        item = new_item(job)
        if self._kept:
            item["next_jobs"] = {"S": self._kept.key(job)}
        if submission.stdin_open:
            item["stdin_open"] = {"BOOL": True}
        payload = submission.model_dump_json(exclude_defaults=True)
        if len(payload.encode()) <= INLINE_SUBMISSION_BYTES:
            item["submission"] = {"S": payload}
        else:
            item["submission"] = {"S": new_payload_key()}
            self._files.put(item["submission"]["S"], payload.encode())
        return item

    def get_many(self, job_ids: Sequence[str], room: int) -> list[Job]:
        """Return those of these jobs that are recorded, with their results while there is room for them."""
        keys = [{"job_id": {"S": job_id}} for job_id in job_ids]
        items = {
            item["job_id"]["S"]: item
            for item in many.get_all(self._client, self._table, keys, _READ, consistent=True)
        }
        jobs = []
        for job_id in job_ids:
            if item := items.get(job_id):
                result, size = self._result_of_at_most(item, room)
                room -= size
                jobs.append(job_of(item, result))
        return jobs

    def _result_of_at_most(self, item: Item, room: int) -> tuple[dict[str, Any] | None, int]:
        """Return an item's result and its size; None and 0 where there is none, or none of at most so many bytes."""
        written: str | bytes | None = text(item, "result")
        if isinstance(written, str) and not written.startswith("{"):
            try:
                written = self._files.get_at_most(written, room)
            except OverflowError:
                return None, 0
        if not written:
            return None, 0
        result = self._shown(written)
        size = shown_bytes(result)
        return (result, size) if size <= room else (None, 0)

    def look(self, job_id: str) -> Job | None:
        """Return the job as it is now, without what was submitted or, while it runs, what it has shown."""
        response = self._client.get_item(
            TableName=self._table,
            Key={"job_id": {"S": job_id}},
            ConsistentRead=True,
            ProjectionExpression=_READ_EXPRESSION,
            ExpressionAttributeNames=_READ_NAMES,
        )
        item = response.get("Item")
        return self._job(item) if item else None

    def with_output(self, job: Job) -> Job:
        """Return a job that runs with the output that it has shown, any other as it is."""
        if job.status is not Status.RUNNING:
            return job
        for item in many.get_all(self._client, self._table, [output_key(job.job_id)], ("stdout", "stderr")):
            return job.model_copy(update=shown(item))
        return job

    def list_active(self, owner: str, limit: int = LIST_LIMIT) -> list[Job]:
        """Return this customer's pending and running jobs, newest first, without their output; at most 100."""
        response = self._client.query(
            TableName=self._table,
            IndexName=ACTIVE_INDEX,
            KeyConditionExpression="active_owner = :owner",
            ExpressionAttributeValues={":owner": {"S": owner}},
            ScanIndexForward=False,
            Limit=limit,
        )
        jobs = [active.job for active in self._active(response["Items"])]
        return sorted(jobs, key=lambda job: job.created_ms, reverse=True)

    def scan_active(self) -> Iterator[ActiveJob]:
        """Yield every customer's pending and running jobs: the sparse index holds no others.

        With the output of those whose lease has run out: their workers won't tell of it any more.
        """
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table, IndexName=ACTIVE_INDEX, PaginationConfig={"PageSize": many.GET_KEYS}
        )
        for page in pages:
            for active in self._active(page["Items"]):
                lost = active.lease_until_ms is not None and active.lease_until_ms < now_ms()
                yield replace(active, job=self.with_output(active.job)) if lost else active

    def _active(self, indexed: Sequence[Item]) -> Iterator[ActiveJob]:
        """Yield those of the index's jobs that are still pending or running; results, of those that ended, stay."""
        for item in many.get_all(
            self._client, self._table, [{"job_id": each["job_id"]} for each in indexed], _READ_ACTIVE
        ):
            if Status(item["status"]["S"]) in ACTIVE:
                sent = int(item["sent_at"]["N"])
                yield ActiveJob(job_of(item, None), sent, number(item, "lease_until"), text(item, "worker"))

    def mark_sent(self, job_id: str, last_sent_ms: int) -> bool:
        """Note that a pending job is being sent again; False when it isn't pending or someone else did."""
        values = {
            ":pending": {"S": Status.PENDING},
            ":last": {"N": str(last_sent_ms)},
            ":now": {"N": str(now_ms())},
        }
        condition = "#status = :pending AND sent_at = :last"
        return self._update(job_id, "SET sent_at = :now", condition, values, "UPDATED_NEW") is not None

    def statuses(self, job_ids: Sequence[str]) -> dict[str, Status]:
        """Return the status, as it is now, of each of these jobs that is recorded."""
        found: dict[str, Status] = {}
        for start in range(0, len(job_ids), many.GET_KEYS):
            batch = dict.fromkeys(job_ids[start : start + many.GET_KEYS])
            keys = [{"job_id": {"S": job_id}} for job_id in batch]
            for item in many.get_all(self._client, self._table, keys, ("job_id", "status"), consistent=True):
                found[item["job_id"]["S"]] = Status(item["status"]["S"])
        return found

    def claim(self, job_id: str, worker: str, like: Job | None = None) -> Claim | None:
        """Take a pending job, pending → running; None when it isn't pending (any more).

        `like`: None as well when the job isn't of this one's customer, language and network mode.
        """
        now = now_ms()
        condition, values = "#status = :pending", dict[str, Any]()
        if like:
            condition += " AND #owner = :owner AND #language = :language AND network_mode = :mode"
            values = {
                ":owner": {"S": like.owner},
                ":language": {"S": like.language},
                ":mode": {"S": like.network_mode},
            }
        item = self._update(
            job_id,
            "SET #status = :running, started_at = :now, worker = :worker, lease_until = :lease ADD attempts :one",
            condition,
            {
                **values,
                ":running": {"S": Status.RUNNING},
                ":pending": {"S": Status.PENDING},
                ":now": {"N": str(now)},
                ":lease": {"N": str(now + LEASE_SECONDS * 1000)},
                ":worker": {"S": worker},
                ":one": {"N": "1"},
            },
            "ALL_NEW",
        )
        if item is None:
            return None
        written = item["submission"]["S"]
        key = None if payload_is_inline(item) else written
        submission = Submission.model_validate_json(self._files.get(key) if key else written)
        attempt = int(item["attempts"]["N"])
        return Claim(self._job(item), submission, key, attempt, text(item, "next_jobs"))

    def heartbeat(self, job_id: str, worker: str, stdout: bytes, stderr: bytes) -> Beat:
        """Renew the lease and show the latest output, which a cancelled or lost job refuses."""
        beat, _ = self.beat(job_id, worker)
        if beat is Beat.RENEWED:
            self.show(job_id, stdout, stderr)
        return beat

    def watch(self, job_id: str) -> None:
        """Have the worker of an active job write its output as it comes."""
        values = {":true": {"BOOL": True}, ":pending": {"S": Status.PENDING}, ":running": {"S": Status.RUNNING}}
        self._update(job_id, "SET watched = :true", "#status IN (:pending, :running)", values, "NONE")

    def show(self, job_id: str, stdout: bytes, stderr: bytes) -> None:
        """Show a running job's latest output: in an item of its own, so that the one that beats stays small."""
        self._client.update_item(
            TableName=self._table,
            Key=output_key(job_id),
            UpdateExpression="SET stdout = :stdout, stderr = :stderr, expires_at = :later",
            ExpressionAttributeValues={
                ":stdout": {"B": stdout},
                ":stderr": {"B": stderr},
                ":later": {"N": str(now_ms() // 1000 + limits.JOB_RECORD_SECONDS)},
            },
        )

    def beat(self, job_id: str, worker: str) -> tuple[Beat, Item]:
        """Renew the lease, in one small write that a cancelled or lost job refuses; return the item, too."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key={"job_id": {"S": job_id}},
                UpdateExpression="SET lease_until = :lease",
                ConditionExpression=_RUNNING_HERE + " AND attribute_not_exists(cancel)",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":running": {"S": Status.RUNNING},
                    ":worker": {"S": worker},
                    ":lease": {"N": str(now_ms() + LEASE_SECONDS * 1000)},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            item = cast("Item", refusal.response.get("Item", {}))
            ours = item.get("worker") == {"S": worker} and item["status"] == {"S": Status.RUNNING}
            return (Beat.CANCEL if ours else Beat.LOST), item
        return Beat.RENEWED, answer["Attributes"]

    def finish(
        self, job_id: str, worker: str, status: Status, result: Mapping[str, Any], *, young: bool = False
    ) -> bool:
        """Write the result, running → `status`; False when the job is no longer this worker's.

        `young`: there was no heartbeat, so there is nothing of it to remove, and the write is the lighter for it.
        """
        values = {":running": {"S": Status.RUNNING}, ":worker": {"S": worker}}
        expression = _END_YOUNG if young else _END
        return self._end(job_id, status, result, _RUNNING_HERE, values, "NONE", expression) is not None

    def announce(self, job_id: str, owner: str) -> None:
        """Have the end of a job that has a webhook be told. Where that fails, the sweep does it later."""
        if self._announce:
            with contextlib.suppress(StorageError):
                self._announce(job_id, owner)

    def expire(self, job_id: str, lease_until: int, result: Mapping[str, Any]) -> bool:
        """End a job whose lease ran out; False when it was renewed or ended meanwhile."""
        condition = "#status = :running AND lease_until = :seen"
        values = {":running": {"S": Status.RUNNING}, ":seen": {"N": str(lease_until)}}
        return self._end_and_forget(job_id, Status.COMPLETED, result, condition, values)

    def give_up(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a job that no worker takes: pending → completed; False when one has it or it has ended."""
        values = {":pending": {"S": Status.PENDING}}
        return self._end_and_forget(job_id, Status.COMPLETED, result, "#status = :pending", values)

    def cancel_pending(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a job that no worker has: pending → cancelled; False when one has it or it has ended."""
        values = {":pending": {"S": Status.PENDING}}
        return self._end_and_forget(job_id, Status.CANCELLED, result, "#status = :pending", values)

    def cancel_lost(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a running job that was to be cancelled but whose worker doesn't; False when it has ended."""
        values = {":running": {"S": Status.RUNNING}}
        condition = "#status = :running AND attribute_exists(cancel)"
        return self._end_and_forget(job_id, Status.CANCELLED, result, condition, values)

    def hand_back(self, job_id: str, worker: str) -> bool:
        """Undo a claim whose program never started: running → pending; False when it is no longer ours."""
        item = self._update(
            job_id,
            "SET #status = :pending REMOVE worker, lease_until, started_at",
            _RUNNING_HERE + " AND attribute_not_exists(cancel)",
            {
                ":running": {"S": Status.RUNNING},
                ":pending": {"S": Status.PENDING},
                ":worker": {"S": worker},
            },
            "UPDATED_NEW",
        )
        return item is not None

    def request_cancel(self, job_id: str) -> bool:
        """Flag a running job for its worker's next heartbeat; False when it isn't running, or has the flag."""
        # The flag's value names this request: sent again after a lost answer, it is still the first.
        values = {":running": {"S": Status.RUNNING}, ":request": {"S": uuid.uuid4().hex}}
        condition = "#status = :running AND (attribute_not_exists(cancel) OR cancel = :request)"
        item = self._update(job_id, "SET cancel = :request", condition, values, "UPDATED_NEW")
        return item is not None

    def _end_and_forget(
        self, job_id: str, status: Status, result: Mapping[str, Any], condition: str, values: dict[str, Any]
    ) -> bool:
        """End a job that no worker ends, and delete what a worker would have: a submission in S3."""
        before = self._end(job_id, status, result, condition, values, "ALL_OLD")
        if before is None:
            return False
        if "untold" in before:
            self.announce(job_id, before["untold"]["S"])
        if not payload_is_inline(before):
            self._files.delete(before["submission"]["S"])
        if "stdin_open" in before:
            self.inputs.close(job_id)
        return True

    def _end(
        self,
        job_id: str,
        status: Status,
        result: Mapping[str, Any],
        condition: str,
        values: dict[str, Any],
        returned: str,
        expression: str = _END,
    ) -> Item | None:
        """End a job; return the attributes that `returned` names, or None when the condition refused."""
        now = now_ms()
        body = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
        value = body
        if len(body.encode()) > INLINE_RESULT_BYTES:
            value = f"results/{job_id}"
            self._files.put(value, body.encode())
        return self._update(
            job_id,
            expression,
            condition,
            {
                ":status": {"S": status},
                ":now": {"N": str(now)},
                ":result": {"S": value},
                **values,
            },
            returned,
        )

    def _update(
        self,
        job_id: str,
        expression: str,
        condition: str,
        values: Mapping[str, Any],
        returned: Any,
    ) -> Item | None:
        """Update one item; return its attributes as `returned` says, or None when the condition refused."""
        try:
            response = self._client.update_item(
                TableName=self._table,
                Key={"job_id": {"S": job_id}},
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames={
                    f"#{name}": name for name in _RESERVED if f"#{name}" in expression + condition
                },
                ExpressionAttributeValues=values,
                ReturnValues=returned,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return response.get("Attributes", {})

    def _job(self, item: Item) -> Job:
        return job_of(item, self._result(item))

    def _result(self, item: Item) -> dict[str, Any] | None:
        """Return the recorded result, its artifacts' S3 keys made into URLs for the customer."""
        if "result" not in item:
            return None
        written = item["result"]["S"]
        return self._shown(written if written.startswith("{") else self._files.get(written))

    def _shown(self, written: str | bytes) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(written)
        for artifact in result["artifacts"]:
            if "key" in artifact:
                artifact["url"] = self._files.url(artifact.pop("key"))
        return result
