"""The template's tables, queues and bucket, made by CloudFormation as moto plays it: whole lives of jobs on them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import boto3
import pytest

from functions.core import schema
from functions.core.job import NetworkMode
from infra.local import moto_aws
from tests.api.events import call
from tests.aws import cloud
from tests.infra.assembly import Assembly
from tests.worker.scripted import Script, ScriptedSandbox
from tests.worker.test_worker import worker

KINDS = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket")
LANGUAGES = ("python", "bash")


def data_template(assembly: Assembly) -> dict[str, Any]:
    """Return a template of what holds data, in the names that the tests' service has; the rest as it is."""
    resources: dict[str, Any] = {}
    for template in (assembly.main, *(assembly.nested(mode) for mode in NetworkMode)):
        for name, each in template["Resources"].items():
            if each["Type"] in KINDS:
                resources[f"{name}{len(resources)}"] = named(
                    name, {"Type": each["Type"], "Properties": each["Properties"]}
                )
    dead = next(name for name in resources if name.startswith("StorageDeadLetters"))
    for each in resources.values():
        if "RedrivePolicy" in each["Properties"]:
            each["Properties"]["RedrivePolicy"]["deadLetterTargetArn"] = {"Fn::GetAtt": [dead, "Arn"]}
    return {"Resources": resources}


def named(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    properties = json.loads(json.dumps(resource["Properties"]))
    match resource["Type"]:
        case "AWS::SQS::Queue":
            properties["QueueName"] = properties["QueueName"].replace("code-execution-", moto_aws.PREFIX)
        case "AWS::DynamoDB::Table":
            [table] = [each for each in schema.TABLES if name.startswith(f"Storage{each.purpose.title()}")]
            properties["TableName"] = moto_aws.PREFIX + table.purpose
        case "AWS::S3::Bucket":
            properties["BucketName"] = moto_aws.PREFIX + "files"
    return {**resource, "Properties": properties}


def test_jobs_live_on_what_the_template_makes(
    assemblies: dict[str, Assembly], monkeypatch: pytest.MonkeyPatch
) -> None:
    template = data_template(assemblies["standard"])

    def create(_pools: Iterable[str]) -> None:
        boto3.client("cloudformation").create_stack(StackName="code", TemplateBody=json.dumps(template))

    monkeypatch.setattr(moto_aws, "create_resources", create)
    with cloud() as aws:
        for language in LANGUAGES:
            body = json.dumps({"language": language, "code": "1", "stdin": "x" * 500_000})
            job = call("POST", "/execute/async", body, aws.secret).body["job_id"]
            assert [each["job_id"] for each in call("GET", "/jobs", None, aws.secret).body["jobs"]] == [job]
            worker(aws, ScriptedSandbox([Script(b"\x01" * 100_000)]), language).serve(jobs=1, idle_seconds=1)
            answer = call("GET", f"/jobs/{job}", None, aws.secret).body
            assert (answer["status"], answer["result"]["stdout"]) == ("completed", "\x01" * 100_000)
            assert aws.messages(f"{language}-zerotrust") == 0
        cancelled = call("POST", "/execute/async", '{"language": "python", "code": "1"}', aws.secret).body["job_id"]
        assert call("DELETE", f"/jobs/{cancelled}", None, aws.secret).body["status"] == "cancelled"
