"""Webhooks: what may be named, how a delivery goes on, how it is signed, and how its secret is kept."""

from __future__ import annotations

import base64
import itertools
import time
from datetime import UTC, datetime

import pytest
import standardwebhooks
from pydantic import ValidationError

from functions.core.addresses import may_connect
from functions.core.deliverer import BODY_BYTES, Deliverer, Request, body_of, key_secret, signed
from functions.core.errors import InvalidFieldError
from functions.core.intake import WebhookIntake
from functions.core.job import Job, Status, Submission
from functions.core.keys import derive_secret
from functions.core.sealing import Seal, SealError
from functions.core.service import unfinished_result
from functions.core.webhooks import (
    PAUSES,
    TRIES,
    Delivery,
    DeliveryStatus,
    Outcome,
    Webhook,
    WebhookRules,
    secret_bytes,
    secret_text,
)
from tests.jobs import new_job

MASTER = b"master"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of Standard Webhooks' own example


def ended() -> Job:
    job = new_job(owner="unsb-pk-a")
    result = unfinished_result(job, Status.COMPLETED, "test")
    return job.model_copy(update={"status": Status.COMPLETED, "completed_ms": job.created_ms, "result": result})


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/a/b?c=d&e=%20f",
        "https://xn--bcher-kva.example/",
        "https://[2606:4700::1111]/x",
        "http://example.com/",
    ],
)
def test_urls(url: str) -> None:
    assert Webhook(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "https://",
        "https:///path",
        "example.com",
        "https://user:password@example.com/",
        "https://example.com@evil.example/",
        "https://example.com/#fragment",
        "https://example.com/a b",
        "https://example.com/\r\nX-Evil: 1",
        "https://example.com/ HTTP/1.1\r\nHost: internal\r\n\r\n",
        "https://example.com\r\nX-Evil: 1/",
        "https://example.com/\0",
        "https://example.com/\n",
        "https://exämple.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[::1%25eth0]/",
        "https://[zz::]/",
        "https://[:::::]/",
        "https://a/" + "x" * 2048,
        "file:///etc/passwd",
        "gopher://example.com/",
        " https://example.com",
        "https://example.com\\@evil.example",
    ],
)
def test_what_is_no_url_of_a_host(url: str) -> None:
    with pytest.raises(ValidationError):
        Webhook(url=url)


@pytest.mark.parametrize("secret", ["", "x", "whsec_", "whsec_!!!", SECRET[:20], "whsec_" + "A" * 100, "ä" * 40])
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Webhook(url="https://example.com/", secret=secret)
    assert len(secret) < 10 or secret not in str(refusal.value)


def test_a_secret_with_its_prefix_and_without() -> None:
    assert secret_bytes(SECRET) == secret_bytes(SECRET.removeprefix("whsec_"))
    assert secret_text(secret_bytes(SECRET)) == SECRET


def test_a_secret_is_in_no_text_of_it() -> None:
    webhook = Webhook(url="https://example.com/", secret=SECRET)
    submission = Submission(language="python", code="1", webhook=webhook)
    assert SECRET not in f"{webhook} {webhook!r} {submission!r}"


@pytest.mark.parametrize(
    ("url", "rules", "field"),
    [
        ("http://example.com/", WebhookRules(), True),
        ("http://example.com/", WebhookRules(http=True), False),
        ("https://127.0.0.1/", WebhookRules(http=True), True),
        ("https://127.0.0.1/", WebhookRules(private=True), False),
        ("https://169.254.169.254/", WebhookRules(private=True), True),
        ("https://[::ffff:10.0.0.1]/", WebhookRules(), True),
        ("https://localhost/", WebhookRules(), False),  # names are looked up at each try
    ],
)
def test_what_the_deployments_rules_say(url: str, rules: WebhookRules, field: bool) -> None:
    intake = WebhookIntake(Seal(MASTER), rules)
    if field:
        with pytest.raises(InvalidFieldError) as refusal:
            intake.record("owner", Webhook(url=url), None)
        assert refusal.value.field == "webhook.url"
    else:
        assert intake.record("owner", Webhook(url=url), None) == Delivery(url=url)


def test_a_keys_webhook_is_for_jobs_that_name_none() -> None:
    intake = WebhookIntake(Seal(MASTER), WebhookRules())
    assert intake.record("owner", None, None) is None
    assert intake.record("owner", None, "https://key.example/") == Delivery(url="https://key.example/")
    own = intake.record("owner", Webhook(url="https://job.example/"), "https://key.example/")
    assert own == Delivery(url="https://job.example/")


REFUSED = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104
    "100.64.0.1", "169.254.169.254", "169.254.170.2", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "100.100.100.200", "192.88.99.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "localhost", "0x7f.1", "2130706433", "127.1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.215.14", "172.15.255.255", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450::1",
    "::ffff:1.1.1.1",
]  # fmt: skip
PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "172.31.255.255", "100.64.0.1", "::1",
    "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_that_nobody_may_have_called(address: str) -> None:
    assert not may_connect(address)
    assert may_connect(address, private=True) is (address in PRIVATE)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert may_connect(address)


def test_at_least_six_tries_over_an_hour() -> None:
    delivery, now, times = Delivery(url="https://example.com/", sealed_secret="x"), 0, []
    while delivery.next_ms is not None:
        now = max(now, delivery.next_ms)
        times.append(now / 1000)
        delivery = delivery.begun(now, now).tried(Outcome(status=500), now)
    assert len(times) == TRIES == len(PAUSES) + 1 >= 6
    assert times[0] == 0
    assert 3600 <= times[-1] < 3600 * 1.2
    assert times == sorted(times)
    waits = [after - before for before, after in itertools.pairwise(times)]
    assert all(pause <= wait <= pause * 1.1 for pause, wait in zip(PAUSES, waits, strict=True))
    assert (delivery.status, delivery.sealed_secret) == (DeliveryStatus.FAILED, None)
    assert delivery.error == "the receiver answered 500"


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_is_a_delivery(status: int) -> None:
    delivery = Delivery(url="https://example.com/", sealed_secret="x").begun(1, 1).tried(Outcome(status=status), 2)
    assert (delivery.status, delivery.next_ms, delivery.error) == (DeliveryStatus.DELIVERED, None, None)
    assert delivery.sealed_secret is None


def test_a_receiver_that_is_gone_gets_no_more_tries() -> None:
    delivery = Delivery(url="https://example.com/").begun(1, 1).tried(Outcome(status=410), 2)
    assert (delivery.status, delivery.attempts, delivery.next_ms) == (DeliveryStatus.FAILED, 1, None)


@pytest.mark.parametrize("outcome", [Outcome(status=301), Outcome(status=404), Outcome(error="no connection")])
def test_what_is_no_delivery_is_tried_again(outcome: Outcome) -> None:
    delivery = Delivery(url="https://example.com/").begun(1000, 1000).tried(outcome, 2000)
    shown = delivery.wire()
    assert (shown["status"], shown["attempts"], shown["last_attempt_at"]) == ("pending", 1, 1)
    assert shown["next_attempt_at"] >= 7
    assert shown["error"]


def test_every_step_is_told_from_the_others() -> None:
    first = Delivery(url="https://example.com/")
    begun = first.begun(1, 90_001)
    failed = begun.tried(Outcome(status=500), 2)
    assert len({each.step for each in (first, begun, failed, failed.begun(3, 4))}) == 4


def test_signatures_are_standard_webhooks() -> None:
    """Its specification's example, and its own library."""
    body = b'{"test": 2432232314}'
    headers = signed(secret_bytes(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    now = int(time.time())
    headers = signed(secret_bytes(SECRET), "msg_1", now, body)
    library = standardwebhooks.Webhook(SECRET)
    assert library.sign("msg_1", datetime.fromtimestamp(now, UTC), body.decode()) == headers["webhook-signature"]
    assert library.verify(body, headers) == {"test": 2432232314}


def deliver(delivery: Delivery, master: bytes = MASTER) -> tuple[Outcome, list[Request]]:
    sent: list[Request] = []

    def post(request: Request) -> Outcome:
        sent.append(request)
        return Outcome(status=200)

    return Deliverer(master, post).deliver(ended(), delivery), sent


def test_it_is_signed_with_the_jobs_secret() -> None:
    sealed = Seal(MASTER).seal(SECRET, "webhook of unsb-pk-a")
    outcome, [request] = deliver(Delivery(url="https://example.com/", sealed_secret=sealed))
    assert outcome.delivered
    body = standardwebhooks.Webhook(SECRET).verify(request.body, dict(request.headers))
    assert (body["job_id"], body["status"]) == ("job-1", "completed")
    assert request.headers["webhook-id"] == "msg_job-1"


def test_without_one_it_is_signed_with_what_the_keys_holder_can_make() -> None:
    _, [request] = deliver(Delivery(url="https://example.com/"))
    secret = secret_text(key_secret(derive_secret(MASTER, "unsb-pk-a")))
    assert standardwebhooks.Webhook(secret).verify(request.body, dict(request.headers))["job_id"] == "job-1"


@pytest.mark.parametrize("master", [b"another master", MASTER])
def test_a_secret_that_cant_be_read_is_told_and_nothing_is_sent(master: bytes) -> None:
    sealed = Seal(MASTER).seal(SECRET, "webhook of unsb-pk-a" if master != MASTER else "webhook of unsb-pk-b")
    outcome, sent = deliver(Delivery(url="https://example.com/", sealed_secret=sealed), master)
    assert (outcome.status, sent) == (None, [])
    assert "secret" in str(outcome.error)


def test_the_body_is_the_job_without_what_differs_between_tries() -> None:
    job = ended().model_copy(update={"webhook": Delivery(url="https://example.com/").begun(1, 2)})
    assert body_of(job) == body_of(job.model_copy(update={"webhook": None}))
    assert b"example.com" not in body_of(job)


def test_a_body_too_large_to_be_sent_says_so() -> None:
    job = ended()
    large = job.model_copy(update={"result": {**(job.result or {}), "stdout": "\x01" * 2_000_000}})
    body = body_of(large)
    assert len(body) < 1000 < BODY_BYTES
    assert b'"result":null,"result_omitted":true' in body


def test_seals() -> None:
    seal = Seal(MASTER)
    for text in ("", "x", SECRET, "ü" * 100):
        sealed = seal.seal(text, "a")
        assert seal.open(sealed, "a") == text
        assert sealed != seal.seal(text, "a")
        assert not text or base64.b64encode(text.encode()).decode() not in sealed
        for other, purpose in ((Seal(b"other"), "a"), (seal, "b")):
            with pytest.raises(SealError):
                other.open(sealed, purpose)


def test_a_seal_that_was_changed_isnt_opened() -> None:
    seal = Seal(MASTER)
    content = bytearray(base64.b64decode(seal.seal(SECRET, "a")))
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(SealError):
            seal.open(base64.b64encode(changed).decode(), "a")
    for text in ("", "x", "AAAA", base64.b64encode(content[:-1]).decode()):
        with pytest.raises(SealError):
            seal.open(text, "a")
