"""What of the synthesized template holds data: for CloudFormation, as moto plays it, to make."""

from __future__ import annotations

import json
from typing import Any

from functions.aws import schema
from functions.core.job import NetworkMode
from infra.rehearsal import moto_aws
from tests.infra.assembly import Assembly

KINDS = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket")


def data_template(assembly: Assembly) -> dict[str, Any]:
    """Return a template of what holds data, in the names that the tests' service has; the rest as it is."""
    resources: dict[str, Any] = {}
    for template in (assembly.main, *(assembly.nested(mode) for mode in NetworkMode)):
        for name, each in template["Resources"].items():
            if each["Type"] in KINDS:
                resources[f"{name}{len(resources)}"] = _named(
                    name, {"Type": each["Type"], "Properties": each["Properties"]}
                )
    dead = next(name for name in resources if name.startswith("StorageDeadLetters"))
    for each in resources.values():
        if "RedrivePolicy" in each["Properties"]:
            each["Properties"]["RedrivePolicy"]["deadLetterTargetArn"] = {"Fn::GetAtt": [dead, "Arn"]}
    return {"Resources": resources}


def _named(name: str, resource: dict[str, Any]) -> dict[str, Any]:
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
