"""POST /execute/batch and GET /jobs?ids=…, on AWS and on the embedded engine."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from functions.api import dependencies
from functions.core import limits
from functions.core.job import Job, Status
from functions.core.keys import Key, derive_secret
from functions.core.offer import Offer
from functions.core.sealing import Seal
from functions.core.storage import Storage
from tests.api.events import Called, call
from tests.aws import KEY, MASTER
from tests.contract.backends import aws, embedded
from tests.jobs import result

GOOD: dict[str, Any] = {"language": "python", "code": "print(1)"}
OFFER = Offer(missing_languages={"tcl": "Tcl is not installed: run 'apt-get install -y tcl'."})


class Sent:
    """A Dispatch that notes what is sent."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    def send(self, job: Job, *, awaited: bool) -> None:  # noqa: ARG002
        self.jobs.append(job.job_id)

    def send_all(self, jobs: Sequence[Job]) -> None:
        self.jobs += [job.job_id for job in jobs]

    def send_again(self, job: Job) -> None:
        raise NotImplementedError

    def wait(self, job: Job, seconds: float, *, from_its_start: bool = True) -> Job:
        raise NotImplementedError


class Api:
    """The API on one storage."""

    def __init__(self, storage: Storage, sent: Sent, secret: str) -> None:
        self.storage = storage
        self.sent = sent
        self.secret = secret

    def batch(self, *submissions: Any, secret: str | None = None, key: str | None = None) -> Called:
        headers = {"Idempotency-Key": key} if key else None
        return call(
            "POST", "/execute/batch", json.dumps({"submissions": submissions}), secret or self.secret, headers
        )

    def look(self, ids: str, secret: str | None = None) -> Called:
        return call("GET", "/jobs", None, secret or self.secret, query={"ids": [ids]})

    def end(self, job_id: str, stdout: str = "") -> None:
        claim = self.storage.jobs.claim(job_id, "worker")
        assert claim
        ended = {**result(claim.job), "stdout": stdout}
        assert self.storage.jobs.finish(job_id, "worker", Status.COMPLETED, ended)


@contextmanager
def on_aws() -> Iterator[Api]:
    with aws() as cloud:
        sent = Sent()
        seal, keys = Seal(MASTER.encode()), cloud.keys
        storage = Storage(cloud.store, sent, keys, cloud.files, cloud.signatures, seal, cloud.feeds, cloud.inputs)
        dependencies.use(storage, OFFER, 0)
        yield Api(storage, sent, cloud.aws.secret)


@contextmanager
def on_the_engine(folder: Path) -> Iterator[Api]:
    with embedded(folder) as engine:
        sent = Sent()
        seal, keys = Seal(MASTER.encode()), engine.keys
        storage = Storage(
            engine.store, sent, keys, engine.files, engine.signatures, seal, engine.feeds, engine.inputs
        )
        dependencies.use(storage, OFFER, 0)
        try:
            yield Api(storage, sent, engine.keys.put(KEY))
        finally:
            dependencies.forget()


@pytest.fixture(params=["aws", "embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    with on_aws() if request.param == "aws" else on_the_engine(tmp_path) as made:
        yield made


def ids(answer: Called) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["job_id"] for each in answer.body["jobs"] if "job_id" in each]


def codes(answer: Called) -> list[str]:
    assert answer.status == 200, answer.body
    return [each.get("error", "accepted") for each in answer.body["jobs"]]


def test_each_is_accepted_or_refused_on_its_own_in_order(engine: Api) -> None:
    answer = engine.batch(
        GOOD,
        {"language": "pyton", "code": "1"},
        {"language": "python"},
        {"language": "bash", "code": "x" * 1_100_000},
        {"language": "tcl", "code": "1"},
        "no object",
        {**GOOD, "input_files": [{"content": "?"}]},
        {**GOOD, "input_files": [{"upload_id": "5e1f9a52-6c7e-4a6b-8d5e-7a8f0a4b3c2d"}]},
        {**GOOD, "stdin": "x" * 50_000},
    )
    assert codes(answer) == [
        "accepted",
        "unknown_language",
        "validation_error",
        "payload_too_large",
        "not_available",
        "validation_error",
        "bad_request",
        "validation_error",
        "accepted",
    ]
    for each in answer.body["jobs"]:
        assert set(each) in ({"job_id", "status"}, {"error", "message"}, {"error", "message", "details"})
    assert "python" in answer.body["jobs"][1]["message"]
    assert answer.body["jobs"][2]["details"][0]["field"] == "code"
    assert {each["status"] for each in answer.body["jobs"] if "status" in each} == {"pending"}
    assert engine.sent.jobs == ids(answer)
    claim = engine.storage.jobs.claim(ids(answer)[1], "worker")
    assert claim
    assert len(claim.submission.stdin) == 50_000


def test_a_hundred_at_once_and_no_more(engine: Api) -> None:
    answer = engine.batch(*[GOOD] * 100)
    assert len(set(ids(answer))) == 100
    assert len(engine.sent.jobs) == 100
    for body in ([], [GOOD] * 101):
        refused = engine.batch(*body)
        assert (refused.status, refused.body["error"]) == (422, "validation_error")
    for text in ("{}", '{"submissions": 1}', "[]", "{"):
        assert call("POST", "/execute/batch", text, engine.secret).status in (400, 422)
    assert len(engine.sent.jobs) == 100


def test_quotas_count_each_job(engine: Api) -> None:
    limited = engine.storage.keys.put(Key("unsb-pk-some-some-some-some", rate_per_minute=1, burst=8, concurrency=3))
    answer = engine.batch(GOOD, {}, *[GOOD] * 4, secret=limited)
    assert codes(answer) == [
        "accepted",
        "validation_error",
        "accepted",
        "accepted",
        *["concurrency_limit_reached"] * 2,
    ]
    assert answer.body["jobs"][-1]["concurrency_limit"] == 3
    assert answer.headers["x-ratelimit-remaining"] == "5"
    for job_id in ids(answer):
        engine.end(job_id)
    assert codes(engine.batch(*[GOOD] * 3, secret=limited)) == ["accepted"] * 3
    for job_id in engine.sent.jobs[3:]:
        engine.end(job_id)
    assert codes(engine.batch(*[GOOD] * 3, secret=limited)) == ["accepted", "accepted", "rate_limit_exceeded"]
    refused = engine.batch(GOOD, secret=limited)
    assert (refused.status, refused.body["error"]) == (429, "rate_limit_exceeded")


def test_an_idempotency_key_covers_the_whole_batch(engine: Api) -> None:
    body: tuple[dict[str, Any], ...] = ({}, GOOD, {"language": "nope", "code": "1"}, {**GOOD, "ttl": 9})
    first, second = engine.batch(*body, key="a"), engine.batch(*body, key="a")
    assert first.body == second.body
    assert len(engine.sent.jobs) == len(set(ids(first))) == 2
    engine.end(ids(first)[1])
    assert [each.get("status") for each in engine.batch(*body, key="a").body["jobs"]] == [
        None,
        "pending",
        None,
        "completed",
    ]
    for other in (body[1:], (*body, GOOD)):
        refused = engine.batch(*other, key="a")
        assert (refused.status, refused.body["error"]) == (409, "idempotency_key_reused")
    alone = call("POST", "/execute/async", json.dumps(GOOD), engine.secret, {"Idempotency-Key": "a"})
    assert alone.status == 409
    assert set(ids(engine.batch(*body, key="b"))).isdisjoint(ids(first))


def test_what_a_batch_refused_for_want_of_room_stays_refused(engine: Api) -> None:
    limited = engine.storage.keys.put(Key("unsb-pk-some-some-some-some", concurrency=2))
    body = [{**GOOD, "ttl": number + 1} for number in range(4)]
    first = engine.batch(*body, secret=limited, key="a")
    assert codes(first) == ["accepted", "accepted", *["concurrency_limit_reached"] * 2]
    for job_id in ids(first):
        engine.end(job_id)
    again = engine.batch(*body, secret=limited, key="a")
    assert codes(again) == ["accepted", "accepted", "refused_before", "refused_before"]
    assert ids(again) == ids(first)
    assert codes(engine.batch(*body[2:], secret=limited, key="b")) == ["accepted", "accepted"]


def test_a_batch_of_which_nothing_was_accepted_may_come_again(engine: Api) -> None:
    limited = engine.storage.keys.put(Key("unsb-pk-some-some-some-some", concurrency=1))
    (blocker,) = ids(engine.batch(GOOD, secret=limited))
    assert codes(engine.batch(GOOD, GOOD, secret=limited, key="a")) == ["concurrency_limit_reached"] * 2
    engine.end(blocker)
    assert codes(engine.batch(GOOD, GOOD, secret=limited, key="a")) == ["accepted", "concurrency_limit_reached"]


@pytest.mark.parametrize(("concurrency", "accepted"), [(10, 10), (200, 50)])
def test_the_same_batch_twenty_times_at_once_makes_its_jobs_once(
    engine: Api, concurrency: int, accepted: int
) -> None:
    limited = engine.storage.keys.put(Key("unsb-pk-some-some-some-some", burst=100, concurrency=concurrency))
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: engine.batch(*[GOOD] * 50, secret=limited, key="a"), range(20)))
    found = [ids(answer) for answer in answers]
    assert found == [found[0]] * 20, "nor does what wasn't needed count"
    assert sorted(engine.sent.jobs) == sorted(found[0])
    assert len(found[0]) == accepted


def test_uploads_are_for_jobs_of_batches_too(engine: Api) -> None:
    forms = [call("POST", "/uploads", secret=engine.secret).body for _ in range(2)]
    owner = call("GET", "/keys/self", secret=engine.secret).body["public_key"]
    for form in forms:
        engine.storage.files.put(f"uploads/{owner}/{form['upload_id']}", b"content")
    body = [{**GOOD, "input_files": [{"upload_id": form["upload_id"]}]} for form in forms]
    first = engine.batch(*body, key="a")
    assert codes(first) == ["accepted", "accepted"]
    claim = engine.storage.jobs.claim(ids(first)[0], "worker")
    assert claim
    assert claim.submission.named_files() == [("0", b"content")]
    assert ids(engine.batch(*body, key="a")) == ids(first), "though the uploads are gone"
    assert codes(engine.batch(*body)) == ["validation_error", "validation_error"]


def test_uploads_of_a_batch_have_a_limit_together(engine: Api) -> None:
    owner = call("GET", "/keys/self", secret=engine.secret).body["public_key"]
    body = []
    for _ in range(3):
        upload_id = call("POST", "/uploads", secret=engine.secret).body["upload_id"]
        engine.storage.files.put(f"uploads/{owner}/{upload_id}", b"x" * 4_000_000)
        body.append({**GOOD, "input_files": [{"upload_id": upload_id}]})
    assert codes(engine.batch(*body)) == ["accepted", "accepted", "payload_too_large"]
    assert codes(engine.batch(body[2])) == ["accepted"], "the upload is still there"


def test_many_jobs_are_looked_at_at_once(engine: Api) -> None:
    first, second, third = ids(engine.batch(GOOD, GOOD, GOOD))
    engine.end(second, "out")
    other = engine.storage.keys.put(Key("unsb-pk-othe-othe-othe-othe"))
    unknown = "00000000-0000-4000-8000-000000000000"
    found = engine.look(f"{third},{second},nonsense,{unknown},{third},{first}").body["jobs"]
    assert [each["job_id"] for each in found] == [third, second, "nonsense", unknown, first]
    assert [each.get("status", each.get("error")) for each in found] == [
        "pending",
        "completed",
        "not_found",
        "not_found",
        "pending",
    ]
    assert found[1]["result"]["stdout"] == "out"
    assert found[1] == call("GET", f"/jobs/{second}", secret=engine.secret).body
    assert [each["error"] for each in engine.look(f"{first},{second}", other).body["jobs"]] == ["not_found"] * 2


@pytest.mark.parametrize("sent", ["", ",", "a,,b", ",".join(["job"] * 101)])
def test_ids_that_are_none_or_too_many(engine: Api, sent: str) -> None:
    answer = engine.look(sent)
    assert (answer.status, answer.body["error"], answer.body["details"][0]["field"]) == (
        422,
        "validation_error",
        "ids",
    )


def test_results_that_do_not_fit_are_said_to_be_left_out(engine: Api) -> None:
    jobs = ids(engine.batch(GOOD, GOOD, GOOD))
    for job_id, size in zip(jobs, (2_000_000, 1_000_000, 1), strict=True):
        engine.end(job_id, "x" * size)
    found = engine.look(",".join(jobs)).body["jobs"]
    assert [each["result"] is None for each in found] == [False, True, False]
    assert [each.get("result_left_out") for each in found] == [None, True, None]


def test_what_the_answer_has_room_for_counts_the_urls(engine: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = ids(engine.batch(GOOD, GOOD))
    files = [
        {"filename": str(n), "size": 1, "sha256": "0", "type": "base64", "key": f"results/{n}"} for n in range(100)
    ]
    for job_id in jobs:
        claim = engine.storage.jobs.claim(job_id, "worker")
        assert claim
        ended = {**result(claim.job), "artifacts": files}
        assert engine.storage.jobs.finish(job_id, "worker", Status.COMPLETED, ended)
    whole = len(json.dumps(engine.look(jobs[0]).body["jobs"][0]["result"]))
    monkeypatch.setattr(limits, "BATCH_ANSWER_BYTES", int(whole * 1.5))
    found = engine.look(",".join(jobs)).body["jobs"]
    assert [each["result"] is None for each in found] == [False, True]


def test_it_needs_a_key(engine: Api) -> None:
    assert call("POST", "/execute/batch", json.dumps({"submissions": [GOOD]})).status == 401
    assert engine.batch(GOOD, key="a b").status == 400
    assert engine.sent.jobs == []


def test_a_signature_starts_one_batch_where_its_key_says_so(engine: Api) -> None:
    key = Key("unsb-pk-some-some-some-some", one_job_per_signature=True)
    secret = engine.storage.keys.put(key)
    assert secret == derive_secret(MASTER.encode(), key.public_key)
    body, stamp = json.dumps({"submissions": [GOOD, GOOD]}), str(int(time.time()))
    signature = hmac.new(secret.encode(), f"{stamp}:POST:/execute/batch:{body}".encode(), "sha256").hexdigest()
    headers = {"X-Timestamp": stamp, "X-Signature": signature}
    first, second = (call("POST", "/execute/batch", body, key.public_key, headers) for _ in range(2))
    assert (first.status, second.status) == (200, 409)
    assert second.body["error"] == "signature_reused"
    assert len(engine.sent.jobs) == 2


def test_each_has_a_webhook_of_its_own_or_the_keys(engine: Api) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    account = engine.storage.keys.put(Key("unsb-pk-hook-hook-hook-hook", webhook="https://key.example/"))
    own = {**GOOD, "webhook": {"url": "https://job.example/", "secret": secret}}
    inside = {**GOOD, "webhook": {"url": "https://169.254.169.254/"}}
    jobs = engine.batch(own, GOOD, inside, secret=account).body["jobs"]
    found = [engine.storage.jobs.get(each["job_id"]) for each in jobs[:2]]
    deliveries = [each.webhook for each in found if each and each.webhook]
    assert [each.url for each in deliveries] == ["https://job.example/", "https://key.example/"]
    assert (
        Seal(MASTER.encode()).open(deliveries[0].sealed_secret or "", "webhook of unsb-pk-hook-hook-hook-hook")
        == secret
    )
    assert jobs[2]["details"][0]["field"] == "webhook.url"
    claim = engine.storage.jobs.claim(jobs[0]["job_id"], "worker")
    assert claim
    assert claim.submission.webhook is None
