"""What roles may do, and whom resources let in: exact actions on this stack's resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.assembly import Assembly, flat, listed

# The actions for which AWS knows no resource, and who has them.
RESOURCELESS = {
    "ecr:GetAuthorizationToken": {"StartingRole"},
    "ec2:DescribeManagedPrefixLists": {"ZerotrustPrefixListRole"},
}


def documents(assembly: Assembly) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (logical id, statement) of every policy that a role has."""
    for name, role in assembly.properties("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for name, policy in assembly.properties(kind).items():
            yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])


def test_no_role_has_a_wildcard_action(assembly: Assembly) -> None:
    for name, statement in documents(assembly):
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in listed(statement["Action"])), name


def test_any_resource_only_where_aws_knows_none(assembly: Assembly) -> None:
    found: dict[str, set[str]] = {}
    for name, statement in documents(assembly):
        if "*" in {flat(each) for each in listed(statement["Resource"])}:
            for action in listed(statement["Action"]):
                found.setdefault(action, set()).add(name.split("@")[0].rstrip("0123456789ABCDEF"))
    assert found == RESOURCELESS


def test_roles_name_this_stack(assembly: Assembly) -> None:
    prefix = assembly.main["Outputs"]["Dashboard"]["Value"]["Fn::Join"][1][-1].rsplit("/", 1)[1]
    own = (
        f"arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:{prefix}-",
        f"arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task-definition/{prefix}-",
        f"arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:service/{prefix}/",
        f"arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task/{prefix}/",
        f"arn:<AWS::Partition>:iam::<AWS::AccountId>:role/{prefix}/tasks/",
        "arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/cdk-hnb659fds-container-assets-",
        "<",  # a resource of the template
    )
    for name, statement in documents(assembly):
        for resource in listed(statement["Resource"]):
            assert flat(resource) == "*" or flat(resource).startswith(own), (name, resource)


def test_a_worker_can_do_next_to_nothing(assembly: Assembly) -> None:
    roles = {
        tuple(name.split("@")): role
        for name, role in assembly.properties("AWS::IAM::Role").items()
        if "@" in name and "StartingRole" not in name
    }
    assert len(roles) == len(assembly.properties("AWS::ECS::TaskDefinition"))
    for (name, _), role in roles.items():
        [policy] = role["Policies"]
        [statement] = policy["PolicyDocument"]["Statement"]
        assert set(statement["Action"]) == {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}
        assert flat(statement["Resource"]) == f"<{name.removesuffix('Role')}Queue.Arn>"
        [shared] = role["ManagedPolicyArns"]
        assert "WorkerPolicy" in flat(shared)
    [policy] = assembly.properties("AWS::IAM::ManagedPolicy").values()
    allowed = {
        (action, flat(each["Resource"]).split("/", 1)[-1])
        for each in policy["PolicyDocument"]["Statement"]
        for action in listed(each["Action"])
    }
    [table] = {resource for action, resource in allowed if action.startswith("dynamodb:")}
    assert table.startswith("<StorageJobs")
    [queue] = {resource for action, resource in allowed if action.startswith("sqs:")}
    assert queue.startswith("<StorageWebhooks")
    assert allowed - {("dynamodb:GetItem", table)} == {
        ("dynamodb:UpdateItem", table),
        ("s3:GetObject", "payloads/*"),
        ("s3:DeleteObject", "payloads/*"),
        ("s3:PutObject", "results/*"),
        ("sqs:SendMessage", queue),
    }


@pytest.mark.parametrize(("name", "kept"), [("standard", False), ("small", True), ("complete", True)])
def test_a_worker_reads_nothing_but_where_kept_workers_wait(
    assemblies: dict[str, Assembly], name: str, kept: bool
) -> None:
    """In its role, and through the endpoint of the network without internet."""
    assembly = assemblies[name]
    [policy] = assembly.properties("AWS::IAM::ManagedPolicy").values()
    endpoints = assembly.properties("AWS::EC2::VPCEndpoint").values()
    [table] = [each for each in endpoints if "dynamodb" in flat(each["ServiceName"])]
    for document in (policy["PolicyDocument"], table["PolicyDocument"]):
        reads = [each for each in document["Statement"] if "dynamodb:GetItem" in listed(each["Action"])]
        assert len(reads) == kept
        for each in reads:
            assert listed(each["Action"]) == ["dynamodb:GetItem"]
            assert each["Condition"]["ForAllValues:StringLike"] == {"dynamodb:LeadingKeys": ["kept/*"]}


def test_tasks_roles_are_for_tasks_of_this_account(assembly: Assembly) -> None:
    for name, role in assembly.properties("AWS::IAM::Role").items():
        if "Path" in role:
            [statement] = role["AssumeRolePolicyDocument"]["Statement"]
            assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}, name
            assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}, name


def test_tasks_are_started_in_this_cluster_with_their_own_roles(assembly: Assembly) -> None:
    found = {action: each for _, each in documents(assembly) for action in listed(each["Action"])}
    assert "ecs:cluster" in found["ecs:RunTask"]["Condition"]["ArnEquals"]
    assert found["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
