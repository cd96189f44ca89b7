"""AWS calls as IAM sees them: (action, resource), resources by their purpose."""

from __future__ import annotations

from typing import Any, Final

from infra.rehearsal import moto_aws

Use = tuple[str, str]

# Other names that IAM has for operations, and those that it checks by others.
ACTIONS: Final = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "dynamodb:TransactWriteItems": "dynamodb:PutItem",  # of each item; there are no others in ours
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "lambda:Invoke": "lambda:InvokeFunction",
}


def action_of(service: str, operation: str) -> str:
    """Return the action that IAM asks for."""
    action = f"{service}:{operation}"
    return ACTIONS.get(action, action)


def resources_of(service: str, parameters: dict[str, Any]) -> list[str]:
    """Return what an operation is done to."""
    match service:
        case "dynamodb" if "RequestItems" in parameters or "TransactItems" in parameters:
            names = {*parameters.get("RequestItems", ())}
            names |= {each["Put"]["TableName"] for each in parameters.get("TransactItems", ())}
            return [name.removeprefix(moto_aws.PREFIX) for name in sorted(names)]
        case "dynamodb":
            index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
            return [parameters["TableName"].removeprefix(moto_aws.PREFIX) + index]
        case "sqs":
            return [f"queue:{parameters['QueueUrl'].rsplit('/', 1)[1].removeprefix(moto_aws.PREFIX)}"]
        case "s3":
            return [parameters["Key"]]
        case "secretsmanager" | "lambda":
            return [f"function:{parameters['FunctionName']}" if service == "lambda" else "master secret"]
        case "ecs":
            kinds = {"taskDefinition": "family", "service": "service", "tasks": "task"}
            [(kind, named)] = [(kind, parameters[name]) for name, kind in kinds.items() if name in parameters]
            return [f"{kind}:{each}" for each in ([named] if isinstance(named, str) else named)]
    raise AssertionError(service)
