"""What code asks of AWS, and what a role's policy lets it: both as (action, resource), resources by their purpose."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.signers import S3PostPresigner

from tests.infra.assembly import Assembly, flat, listed
from tests.recorder.calls import Use, action_of, resources_of


@contextmanager
def recorded(found: set[Use]) -> Iterator[None]:
    """Note in `found` what every boto3 client is asked for, in all threads; ECS's and Lambda's parts are played."""
    unwatched = BaseClient._make_api_call  # type: ignore[attr-defined]  # the one way of all operations

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        service = client.meta.service_model.endpoint_prefix.replace("streams.", "")
        action = action_of(service, operation)
        found.update((action, resource) for resource in resources_of(service, parameters))
        if service == "ecs":
            return {"tasks": [{"taskArn": "arn:aws:ecs:::task/1"}], "failures": []}
        if service == "lambda":
            return {"Payload": io.BytesIO(b'{"status": 204, "error": null}')}
        return unwatched(client, operation, parameters)

    unwatched_form = S3PostPresigner.generate_presigned_post

    def form(presigner: Any, *, fields: dict[str, str], **rest: Any) -> Any:
        found.add(("s3:PutObject", fields["key"]))  # S3 asks for it when the form comes, in the signer's name
        return unwatched_form(presigner, fields=fields, **rest)

    with (
        mock.patch.object(BaseClient, "_make_api_call", call),
        mock.patch.object(S3PostPresigner, "generate_presigned_post", form),
    ):
        yield


def allowed(assembly: Assembly, role: str) -> set[Use]:
    """Return what a role of the template may, its logs aside: Lambda and Fargate write them."""
    [properties] = [each for name, each in assembly.properties("AWS::IAM::Role").items() if re.match(role, name)]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    if "ManagedPolicyArns" in properties:
        documents += [each["PolicyDocument"] for each in assembly.properties("AWS::IAM::ManagedPolicy").values()]
    statements = [statement for document in documents for statement in document["Statement"]]
    return {
        (action, _purpose(flat(resource)))
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if not action.startswith("logs:")
    }


def _purpose(resource: str) -> str:
    """Return a template's resource by its purpose, as `_resources` names it; wildcards stay."""
    patterns = (
        (r"<Storage(Jobs|Keys)\w+\.Arn>(.*)", lambda found: found[1].lower() + found[2]),
        (r"<StorageFiles\w+\.Arn>/(.*)", lambda found: found[1]),
        (r"<StorageLaunches\w+\.Arn>", lambda _: "queue:launch"),
        (r"<StorageWebhooks\w+\.Arn>", lambda _: "queue:webhooks"),
        (r"<FunctionsPost\w+\.Arn>", lambda _: "function:post"),
        (r"<StorageMasterSecret\w+>", lambda _: "master secret"),
        (r"<(\w+)Queue\.Arn>", lambda found: f"queue:{found[1]}-zerotrust"),
        (r"arn:.*:sqs:.*:code-(?:execution|small)-(.*)", lambda found: f"queue:{found[1]}"),
        (r"arn:.*:task/code-execution/\*", lambda _: "task:*"),
        (r"arn:.*:service/code-execution/\*", lambda _: "service:*"),
        (r"arn:.*:task-definition/code-execution-\*:\*", lambda _: "family:*"),
    )
    for pattern, name in patterns:
        if found := re.fullmatch(pattern, resource):
            return name(found)
    return resource


def missing(uses: set[Use], policy: set[Use]) -> set[Use]:
    """Return the uses that a policy doesn't allow."""
    return {use for use in uses if not any(_covers(each, use) for each in policy)}


def unused(policy: set[Use], uses: set[Use]) -> set[Use]:
    """Return what a policy allows and nobody uses."""
    return {each for each in policy if not any(_covers(each, use) for use in uses)}


def _covers(allowed: Use, use: Use) -> bool:
    return allowed[0] == use[0] and fnmatchcase(use[1], allowed[1])
