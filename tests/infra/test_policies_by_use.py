"""Each role's policy allows exactly what its code asks of AWS: lives of jobs are lived, and every call noted."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from functions.api.dependencies import forget
from functions.aws import clients, compose, jobs, tasks
from functions.aws.chunks import Chunk
from functions.aws.feeds import AwsFeeds
from functions.aws.inputs import NO_INPUT
from functions.aws.kept import WaitingWorker
from functions.core import service, sweeper
from functions.core.events import Position
from functions.core.job import NetworkMode, Status, Submission
from functions.core.keys import Key
from functions.core.store import now_ms
from functions.launch_worker.app import handler as launch
from functions.launch_worker.fleet import Fleet, NoCapacityError
from functions.sweep.app import handler as sweep
from functions.task_stopped import unfit
from functions.task_stopped.app import handler as task_stopped
from functions.webhooks import app as webhooks
from runtime_images.worker.sandbox.contract import SandboxUnavailableError
from tests.api.events import call
from tests.aws import KEY, MASTER, Cloud, cloud
from tests.infra.assembly import Assembly
from tests.infra.calls import allowed, missing, recorded, unused
from tests.jobs import new_job, put
from tests.recorder.calls import Use
from tests.worker.scripted import Script, ScriptedSandbox
from tests.worker.test_worker import worker

BIG = "x" * 500_000  # doesn't fit into an item
ESCAPED = b"\x01" * 65_536  # six times as long in JSON: two streams of it make a result that doesn't fit either
BY_LAMBDA = {
    (f"sqs:{each}", f"queue:{queue}")
    for each in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    for queue in ("launch", "webhooks")
}
WEBHOOK = {"url": "https://example.com/hook"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    monkeypatch.setattr(service, "CANCEL_SECONDS", 0.05)
    with cloud() as fresh:
        made = clients.secrets_manager().create_secret(Name="master", SecretString=MASTER)
        with mock.patch.dict(os.environ, {"MASTER_SECRET_ARN": made["ARN"]}):
            del os.environ["MASTER_SECRET"]
            forget()
            yield fresh


class Api:
    """A customer's calls, each recorded."""

    def __init__(self, secret: str) -> None:
        self.uses: set[Use] = set()
        self._secret = secret

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        text = json.dumps(body) if body is not None else None
        with recorded(self.uses):
            return call(method, path, text, **{"secret": self._secret, **options})

    def submit(self, path: str, key: str | None = None, **fields: Any) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else None
        answer = self.ask("POST", path, {"language": "python", "code": "1", **fields}, headers=headers)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = answer.body
        return body


def ask_and_wait(aws: Cloud, api: Api) -> None:
    """The two sync routes: small and big jobs, repeated ones, a key at its limit, and a big result."""
    api.submit("/execute", network_mode="semitrusted")
    for _ in range(2):
        api.submit("/execute", "one", stdin=BIG)
    limited = aws.keys.put(Key("unsb-pk-once-once-once-once", concurrency=1))
    body = {"language": "python", "code": "1"}
    assert [api.ask("POST", "/execute", body, secret=limited).status for _ in range(2)] == [200, 429]
    done = api.submit("/execute", "two")["job_id"]
    assert aws.store.claim(done, "worker")
    result = {"stdout": BIG, "artifacts": []}
    assert aws.store.finish(done, "worker", Status.COMPLETED, result)
    assert api.submit("/execute", "two")["stdout"] == BIG
    upload = call("POST", "/uploads", secret=aws.secret).body
    aws.files.put(upload["fields"]["key"], b"x")
    api.submit("/execute", input_files=[{"upload_id": upload["upload_id"]}])


def follow(aws: Cloud, api: Api) -> None:
    """A job's own routes: a look at it, its events, and the cancelling of one whose worker is gone."""
    job = lost_job(aws, api)
    assert api.ask("GET", f"/jobs/{job}").status == 200
    assert api.ask("POST", f"/jobs/{job}/stdin", {"data": "x"}).status == 409
    aws.store.chunks.put(job, 0, Chunk(ESCAPED, b""))
    with recorded(api.uses):
        asyncio.run(follow_events(aws, job))
    assert api.ask("DELETE", f"/jobs/{job}").status == 200


async def follow_events(aws: Cloud, job_id: str) -> None:
    job = aws.store.get(job_id)
    assert job
    feed = AwsFeeds(aws.store, clients.dynamodb(), aws.settings.jobs_table).open(job, 10)
    assert await feed.status() is Status.RUNNING
    assert await feed.part("stdout", Position())
    assert await feed.wait(0)
    await feed.close()


def manage(aws: Cloud, api: Api) -> None:
    """The other routes: lists, forms for uploads, and a request that is repeated when its big result is there."""
    done = api.submit("/execute/async", "three")["job_id"]
    assert aws.store.claim(done, "worker")
    assert aws.store.finish(done, "worker", Status.COMPLETED, {"stdout": BIG, "artifacts": []})
    assert api.submit("/execute/async", "three")["status"] == "completed"
    lost_job(aws, api)
    assert api.ask("POST", "/uploads").status == 200
    assert api.ask("GET", "/jobs").body["jobs"]
    batch = {"submissions": [{"language": "python", "code": "1", "stdin": each} for each in ("", BIG)]}
    jobs = [api.ask("POST", "/execute/batch", batch, headers={"Idempotency-Key": "all"}) for _ in range(2)][1].body
    assert api.ask("GET", "/jobs", query={"ids": [",".join(each["job_id"] for each in jobs["jobs"])]}).status == 200


def lost_job(aws: Cloud, api: Api) -> str:
    """Submit a big job that a worker takes, shows much of, and leaves."""
    job: str = api.submit("/execute/async", stdin=BIG, webhook=WEBHOOK)["job_id"]
    assert aws.store.claim(job, "dead")
    assert aws.store.heartbeat(job, "dead", ESCAPED, ESCAPED)
    return job


def big_end(aws: Cloud, job_id: str) -> None:
    """Have a job that ended with more than an item holds."""
    put(aws, job_id)
    assert aws.store.claim(job_id, "worker")
    assert aws.store.finish(job_id, "worker", Status.COMPLETED, {"stdout": BIG, "artifacts": []})


def test_sync_calls(aws: Cloud, assemblies: dict[str, Assembly]) -> None:
    api = Api(aws.secret)
    ask_and_wait(aws, api)
    follow(aws, api)
    check(api.uses, allowed(assemblies["standard"], "FunctionsSyncRole"))


def test_other_calls(aws: Cloud, assemblies: dict[str, Assembly]) -> None:
    api = Api(aws.secret)
    ask_and_wait(aws, api)
    manage(aws, api)
    check(api.uses, allowed(assemblies["standard"], "FunctionsApiRole"))


def test_all_calls_without_streaming(aws: Cloud, assemblies: dict[str, Assembly]) -> None:
    api = Api(aws.secret)
    ask_and_wait(aws, api)
    follow(aws, api)
    manage(aws, api)
    zerotrust = {use for use in api.uses if "semitrusted" not in use[1]}  # a mode that this deployment hasn't
    check(zerotrust, allowed(assemblies["small"], "FunctionsApiRole"))


def test_sweep(aws: Cloud, assemblies: dict[str, Assembly], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE_SECONDS", -2 * sweeper.LEASE_GRACE_SECONDS)
    lost_job(aws, Api(aws.secret))
    monkeypatch.setattr(sweeper, "RESEND_SECONDS", -1)
    Api(aws.secret).submit("/execute/async", network_mode="semitrusted")
    put(aws, "stale")
    uses: set[Use] = set()
    with recorded(uses):
        assert sweep({})["helped"] == 3
    check(uses, allowed(assemblies["standard"], "FunctionsSweepRole"))


def test_a_worker(aws: Cloud, assemblies: dict[str, Assembly]) -> None:
    """A job that prints more than an item holds, and one whose program can't be started."""
    uses: set[Use] = set()
    for script in (Script(ESCAPED * 2), Script(raises=SandboxUnavailableError("not now"))):
        Api(aws.secret).submit("/execute/async", stdin=BIG, webhook=WEBHOOK)
        with recorded(uses):
            worker(aws, ScriptedSandbox([script])).serve(jobs=1, idle_seconds=1)
    with recorded(uses):
        aws.store.chunks.put("job-1", 0, Chunk(ESCAPED, b""))  # as it passes on what somebody follows
        assert aws.store.inputs.look("job-1", NO_INPUT).eof
    check(uses, allowed(assemblies["standard"], "pythonRole@.*Zerotrust"))


def test_launches(aws: Cloud, assemblies: dict[str, Assembly], monkeypatch: pytest.MonkeyPatch) -> None:
    network = {"subnets": ["subnet-1"], "security_groups": ["sg-1"], "public_ip": False}
    for name, value in {
        "CLUSTER": "arn:aws:ecs:us-east-1:123456789012:cluster/code-execution",
        "TASK_FAMILY_PREFIX": "code-execution-",
        "IDLE_SECONDS": "120",
        "NETWORKS": json.dumps({"zerotrust": network}),
    }.items():
        monkeypatch.setenv(name, value)
    put(aws, "waits")
    big_end(aws, "ended")
    body, late = (json.dumps({"job_id": each, "pool": "python-zerotrust"}) for each in ("waits", "ended"))
    uses: set[Use] = set()
    with recorded(uses):
        assert launch(sqs_event(body)) == {"batchItemFailures": []}
        assert launch(sqs_event(late)) == {"batchItemFailures": []}
        monkeypatch.setattr(Fleet, "launch", mock.Mock(side_effect=NoCapacityError))
        assert launch(sqs_event(body)) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    policy = allowed(assemblies["standard"], "FunctionsLaunchWorkerRole")
    assert {action for action, _ in policy} >= {"iam:PassRole"}  # which ECS asks for when a task is run
    check(uses, {each for each in policy if each not in BY_LAMBDA and each[0] != "iam:PassRole"})


def test_tasks_that_died(aws: Cloud, assemblies: dict[str, Assembly]) -> None:
    api, uses = Api(aws.secret), set[Use]()
    lost_job(aws, api)
    waiting = [api.submit("/execute/async", network_mode=mode)["job_id"] for mode in ("zerotrust", "semitrusted")]
    big_end(aws, "ended")
    with recorded(uses):
        for worker_name, job in zip(("dead", "unknown", "late"), [*waiting, "ended"], strict=True):
            task_stopped(stopped_event(worker_name, job))
        for number in range(unfit.ENOUGH):
            task_stopped(service_event(f"worker-{number}", tasks.UNFIT))
    check(uses, allowed(assemblies["standard"], "FunctionsTaskStoppedRole"))


@pytest.fixture
def keeping(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """A deployment whose workers are kept, one of them for the first customer."""
    monkeypatch.setenv("REUSE", "customer")
    monkeypatch.setenv("KEPT_SECONDS", "0.3")
    forget()
    store = aws.kept_store(MASTER)
    store.put(new_job("first", KEY.public_key), Submission(language="python", code="1"))
    claim = store.claim("first", "kept")
    assert claim
    assert claim.next_jobs
    WaitingWorker(clients.dynamodb(), aws.settings.jobs_table, "kept").wait(claim.next_jobs, now_ms() + 60_000)
    return aws


def test_sync_calls_where_workers_are_kept(keeping: Cloud, assemblies: dict[str, Assembly]) -> None:
    """The first job of the mode finds a worker that is kept, the others none."""
    api = Api(keeping.secret)
    ask_and_wait(keeping, api)
    follow(keeping, api)
    check(api.uses, allowed(assemblies["complete"], "FunctionsSyncRole"))


def test_other_calls_where_workers_are_kept(keeping: Cloud, assemblies: dict[str, Assembly]) -> None:
    api = Api(keeping.secret)
    ask_and_wait(keeping, api)
    manage(keeping, api)
    check(api.uses, allowed(assemblies["complete"], "FunctionsApiRole"))


def test_a_kept_worker(keeping: Cloud, assemblies: dict[str, Assembly]) -> None:
    Api(keeping.secret).submit("/execute/async", stdin=BIG)  # to the worker that the fixture has wait, and so to none
    Api(keeping.secret).submit("/execute/async", stdin=BIG, webhook=WEBHOOK)
    uses: set[Use] = set()
    kept = worker(keeping, ScriptedSandbox([Script(ESCAPED * 2), Script(raises=SandboxUnavailableError("not now"))]))
    kept.work = compose.work_queue(os.environ, "python-zerotrust", "worker")
    with recorded(uses):
        kept.serve(jobs=3, idle_seconds=1)
    assert ("dynamodb:GetItem", "jobs") in uses
    check(uses | {("sqs:ChangeMessageVisibility", "queue:python-zerotrust")}, worker_policy(assemblies["complete"]))


def worker_policy(assembly: Assembly) -> set[Use]:
    return allowed(assembly, "pythonRole@.*Zerotrust")


def test_launches_of_what_kept_workers_left(
    keeping: Cloud, assemblies: dict[str, Assembly], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fleet, "launch", mock.Mock())
    monkeypatch.setattr(Fleet, "from_environment", lambda *_: Fleet(None, "", "", {}, ""))  # type: ignore[arg-type]
    uses: set[Use] = set()
    for mode in NetworkMode:
        put(keeping, f"left-{mode}")
        body = json.dumps({"job_id": f"left-{mode}", "pool": f"python-{mode}", "unsent": True})
        with recorded(uses):
            assert launch(sqs_event(body)) == {"batchItemFailures": []}
        assert keeping.messages(f"python-{mode}") == 1
    policy = allowed(assemblies["complete"], "FunctionsLaunchWorkerRole")
    assert missing(uses, policy) == set()
    sends = {each for each in policy if each[0] == "sqs:SendMessage"}
    assert unused(sends, uses) == set()
    assert not {each for each in allowed(assemblies["standard"], "FunctionsLaunchWorkerRole") if each in sends}


def test_webhooks(aws: Cloud, assemblies: dict[str, Assembly], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POST_FUNCTION", "post")
    webhooks.ready.cache_clear()
    job_id = Api(aws.secret).submit("/execute/async", webhook=WEBHOOK)["job_id"]
    assert aws.store.give_up(job_id, {"stdout": BIG, "artifacts": []})
    url = aws.settings.queue_url_prefix + "webhooks"
    [message] = clients.sqs().receive_message(QueueUrl=url)["Messages"]
    event = sqs_event(job_id)
    event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]
    uses: set[Use] = set()
    with recorded(uses):
        monkeypatch.setattr(webhooks, "now_ms", lambda: -1)  # too soon
        assert webhooks.handler(event)["batchItemFailures"]
        monkeypatch.undo()
        monkeypatch.setenv("POST_FUNCTION", "post")
        assert webhooks.handler(event) == {"batchItemFailures": []}
    policy = allowed(assemblies["standard"], "FunctionsWebhooksRole")
    check(uses, {each for each in policy if each not in BY_LAMBDA})


def test_the_function_that_posts_may_do_nothing(assemblies: dict[str, Assembly]) -> None:
    """It writes its log, is in no network of ours, and knows no name of what the stack has."""
    for assembly in assemblies.values():
        assert allowed(assembly, "FunctionsPostRole") == set()
        [post] = [each for name, each in assembly.properties("AWS::Lambda::Function").items()
                  if re.match(r"FunctionsPost[0-9A-F]{8}", name)]  # fmt: skip
        assert "VpcConfig" not in post
        assert set(post["Environment"]["Variables"]) == {"WEBHOOK_HTTP", "WEBHOOK_PRIVATE"}
        assert post["Environment"]["Variables"]["WEBHOOK_PRIVATE"] == "0"


def sqs_event(body: str) -> dict[str, Any]:
    record = {"messageId": "1", "receiptHandle": "r", "body": body, "messageAttributes": {},
              "attributes": {"ApproximateReceiveCount": "1"},
              "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:code-execution-launch",
              "awsRegion": "us-east-1", "md5OfBody": ""}  # fmt: skip
    return {"Records": [record]}


def stopped_event(worker_name: str, job: str) -> dict[str, Any]:
    detail = {"taskArn": f"arn:aws:ecs:us-east-1:123456789012:task/c/{worker_name}", "lastStatus": "STOPPED",
              "stopCode": "EssentialContainerExited", "stoppedReason": "died", "startedBy": job, "group": "launch:0",
              "containers": [{"name": "worker", "exitCode": 137}]}  # fmt: skip
    return {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail}


def service_event(worker_name: str, exit_code: int) -> dict[str, Any]:
    event = stopped_event(worker_name, "ecs-svc/1")
    containers = [{"name": "worker", "exitCode": exit_code}]
    return {**event, "detail": {**event["detail"], "group": "service:python-zerotrust", "containers": containers}}


def test_the_checks_bite() -> None:
    policy = {("s3:GetObject", "payloads/*"), ("sqs:SendMessage", "queue:*-zerotrust")}
    assert missing({("s3:GetObject", "results/1"), ("s3:GetObject", "payloads/1")}, policy) == {
        ("s3:GetObject", "results/1")
    }
    assert unused(policy, {("s3:GetObject", "payloads/1")}) == {("sqs:SendMessage", "queue:*-zerotrust")}


def check(uses: set[Use], policy: set[Use]) -> None:
    """Hold a role's policy to what was asked for: nothing missing, nothing more."""
    assert uses
    assert missing(uses, policy) == set()
    assert unused(policy, uses) == set()
