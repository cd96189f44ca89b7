"""task_stopped: a task's death before, during and after its program, told by the events that ECS sends."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from functions.aws import clients
from functions.aws.tasks import POOL_STOPPED, UNFIT
from functions.core.job import Status
from functions.launch_worker.app import handler as launch
from functions.task_stopped import app
from functions.task_stopped.app import ATTEMPTS, handler
from functions.task_stopped.unfit import ENOUGH
from tests.aws import Cloud, cloud
from tests.fargate import CLUSTER, PREFIX, fargate, launch_event, stopped_event, tasks
from tests.jobs import end_with_much, put

POOL = "python-zerotrust"
TASK = "cd189a933e5849daa93386466019ab50"
KILLED = 137


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as running, fargate(POOL):
        yield running


def test_a_task_that_ended_well_is_no_business_of_anyones(aws: Cloud) -> None:
    put(aws, "job")
    assert aws.store.claim("job", TASK)
    handler(stopped_event(TASK, "job", exit_code=0))
    job = aws.store.get("job")
    assert job and job.status is Status.RUNNING
    assert aws.messages("launch") == 0


@pytest.mark.parametrize("code", [KILLED, 143, None])
@pytest.mark.parametrize("exit_code", [0, KILLED])
def test_the_workers_exit_code_alone_says_how_a_task_ended(aws: Cloud, code: int | None, exit_code: int) -> None:
    """GuardDuty's agent runs beside it in accounts that have that on, and is killed when the worker has ended."""
    put(aws, "job")
    assert aws.store.claim("job", TASK)
    agent = {"name": "aws-guardduty-agent-x7Kq2", "lastStatus": "STOPPED"} | ({"exitCode": code} if code else {})
    handler(stopped_event(TASK, "job", exit_code=exit_code, beside=(agent,)))
    job = aws.store.get("job")
    assert job and job.status is (Status.COMPLETED if exit_code else Status.RUNNING)


@pytest.mark.parametrize("attempt", [0, None])
def test_death_while_the_program_runs_ends_the_job_at_once(aws: Cloud, attempt: int | None) -> None:
    put(aws, "job")
    put(aws, "others")
    assert aws.store.claim("job", TASK)
    assert aws.store.claim("others", "another-task")
    aws.store.heartbeat("job", TASK, b"so far", b"")
    handler(stopped_event(TASK, "job", exit_code=KILLED, attempt=attempt))
    job, others = aws.store.get("job"), aws.store.get("others")
    assert job and job.result and others
    assert (job.status, job.result["success"], job.result["exit_code"]) == (Status.COMPLETED, False, -1)
    assert job.result["error"] == "platform: the worker died while it had the job"
    assert job.result["stdout"] == "so far"
    assert others.status is Status.RUNNING
    assert aws.messages("launch") == 0


def test_death_after_the_result_changes_nothing(aws: Cloud) -> None:
    put(aws, "job")
    assert aws.store.claim("job", TASK)
    assert aws.store.finish("job", TASK, Status.COMPLETED, {"success": True, "artifacts": []})
    handler(stopped_event(TASK, "job", exit_code=KILLED))
    job = aws.store.get("job")
    assert job and job.result == {"success": True, "artifacts": []}
    assert aws.messages("launch") == 0


def test_a_job_that_ended_with_much_isnt_read(aws: Cloud) -> None:
    end_with_much(aws, "job")
    handler(stopped_event(TASK, "job", exit_code=KILLED))
    assert aws.messages("launch") == 0


def test_a_task_that_never_started_is_followed_by_others_and_then_the_job_ends(aws: Cloud) -> None:
    put(aws, "job")
    for attempt in range(ATTEMPTS - 1):
        handler(stopped_event(TASK, "job", exit_code=None, attempt=attempt))
        assert aws.messages("launch") == attempt + 1
        assert launch(launch_event(json.dumps({"job_id": "job", "pool": POOL, "attempt": attempt + 1})))
        assert len(tasks()) == attempt + 1
    handler(stopped_event(TASK, "job", exit_code=None, attempt=ATTEMPTS - 1))
    job = aws.store.get("job")
    assert job and job.result
    assert (job.status, job.result["exit_code"]) == (Status.COMPLETED, -1)
    assert job.result["error"] == f"platform: {ATTEMPTS} workers in turn died before they took the job"
    assert aws.messages("launch") == ATTEMPTS - 1


def unfit(worker: str, exit_code: int | None = UNFIT) -> None:
    handler(stopped_event(worker, "", exit_code=exit_code, attempt=None))


def wanted(pool: str) -> int:
    [service] = clients.ecs().describe_services(cluster=CLUSTER, services=[pool])["services"]
    return service["desiredCount"]


@pytest.fixture
def hot(aws: Cloud) -> Cloud:
    clients.ecs().create_service(
        cluster=CLUSTER, serviceName=POOL, taskDefinition=PREFIX + POOL, desiredCount=4, launchType="FARGATE"
    )
    return aws


@pytest.mark.usefixtures("hot")
def test_a_hot_pool_whose_workers_can_run_nothing_is_scaled_to_nothing(caplog: pytest.LogCaptureFixture) -> None:
    for number in range(ENOUGH - 1):
        unfit(f"worker-{number}")
        unfit(f"worker-{number}")  # an event may come twice
    assert wanted(POOL) == 4
    unfit("the-last")
    assert wanted(POOL) == 0
    line = json.loads(app.logger.registered_formatter.format(caplog.records[-1]))
    assert (line["level"], line["message"], line["pool"]) == ("ERROR", POOL_STOPPED, POOL)


@pytest.mark.usefixtures("hot")
@pytest.mark.parametrize("exit_code", [1, KILLED, 143, None])
def test_workers_that_died_otherwise_stop_no_pool(exit_code: int | None) -> None:
    """Else a customer's program that has its worker killed would take the pool from all others."""
    for number in range(ENOUGH + 1):
        unfit(f"worker-{number}", exit_code)
    assert wanted(POOL) == 4


def test_an_unfit_worker_of_no_service_is_followed_by_others_alone(aws: Cloud) -> None:
    put(aws, "job")
    for number in range(ENOUGH):
        handler(stopped_event(f"worker-{number}", "job", exit_code=UNFIT, attempt=0))
    assert aws.messages("launch") == ENOUGH


def test_the_next_attempt_is_asked_for(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "FIRST_DELAY_SECONDS", 0)
    put(aws, "job")
    handler(stopped_event(TASK, "job", exit_code=1, attempt=0))
    (request,) = aws.launches(wait_seconds=1)
    assert (request.job_id, request.pool, request.attempt) == ("job", POOL, 1)


def test_the_same_event_twice_ends_a_job_once(aws: Cloud) -> None:
    put(aws, "job")
    assert aws.store.claim("job", TASK)
    event = stopped_event(TASK, "job", exit_code=KILLED)
    handler(event)
    first = aws.store.get("job")
    handler(event)
    assert aws.store.get("job") == first


def test_another_workers_job_is_left_to_it(aws: Cloud) -> None:
    put(aws, "job")
    assert aws.store.claim("job", "another-task")
    handler(stopped_event(TASK, "job", exit_code=KILLED))
    job = aws.store.get("job")
    assert job and job.status is Status.RUNNING
    assert aws.messages("launch") == 0
