"""Data, logs and their protection: encryption, retention, removal."""

from __future__ import annotations

import pytest

from functions.aws import schema
from functions.core.job import NetworkMode
from tests.infra.assembly import Assembly, flat, listed


def test_tables_are_those_of_the_schema(assembly: Assembly) -> None:
    tables = assembly.properties("AWS::DynamoDB::Table")
    assert len(tables) == len(schema.TABLES)
    for table in schema.TABLES:
        [made] = [each for name, each in tables.items() if name.startswith(f"Storage{table.purpose.title()}")]
        assert made["KeySchema"] == [{"AttributeName": table.partition.name, "KeyType": "HASH"}]
        attributes = {(each["AttributeName"], each["AttributeType"]) for each in made["AttributeDefinitions"]}
        assert attributes == {(key.name, key.type) for key in table.attributes()}
        indexes = {each["IndexName"]: each for each in made.get("GlobalSecondaryIndexes", [])}
        assert set(indexes) == {index.name for index in table.indexes}
        for index in table.indexes:
            assert [key["AttributeName"] for key in indexes[index.name]["KeySchema"]] == [
                index.partition.name,
                index.sort.name,
            ]
            assert indexes[index.name]["Projection"] == {"ProjectionType": "KEYS_ONLY"}
        ttl = made.get("TimeToLiveSpecification", {})
        assert ttl.get("AttributeName") == table.ttl_attribute
        assert made["BillingMode"] == "PAY_PER_REQUEST"


def test_everything_is_encrypted(assembly: Assembly) -> None:
    for table in assembly.properties("AWS::DynamoDB::Table").values():
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    for queue in assembly.properties("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
    for bucket in assembly.properties("AWS::S3::Bucket").values():
        [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    for topic in assembly.properties("AWS::SNS::Topic").values():
        assert flat(topic["KmsMasterKeyId"]).startswith("<MonitoringKey")


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"])
def test_plain_http_is_refused(kind: str, assembly: Assembly) -> None:
    policies = assembly.properties(kind)
    assert policies
    for name, policy in policies.items():
        refused = [
            each
            for each in policy["PolicyDocument"]["Statement"]
            if each["Effect"] == "Deny" and each.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        ]
        assert refused, name


def test_every_queue_is_under_such_a_policy_and_loses_nothing(assembly: Assembly) -> None:
    queues = assembly.properties("AWS::SQS::Queue")
    under = {
        flat(queue) for each in assembly.properties("AWS::SQS::QueuePolicy").values() for queue in each["Queues"]
    }
    assert under == {f"<{name.split('@')[0]}>" for name in queues}
    names = {queue["QueueName"] for queue in queues.values()}
    for queue in queues.values():
        if not queue["QueueName"].endswith("-dead-letters"):
            own = {schema.LAUNCH_QUEUE: schema.LAUNCH_RECEIVES, schema.WEBHOOK_QUEUE: schema.WEBHOOK_RECEIVES}
            receives = own.get(queue["QueueName"].rsplit("-", 1)[1], schema.RECEIVES_BEFORE_DEAD_LETTER)
            assert queue["RedrivePolicy"]["maxReceiveCount"] == receives
            assert "DeadLetters" in flat(queue["RedrivePolicy"]["deadLetterTargetArn"])
    others = {schema.LAUNCH_QUEUE, schema.WEBHOOK_QUEUE, "letters"}
    assert {name.rsplit("-", 1)[1] for name in names} <= {*NetworkMode, *others}


def test_every_log_is_kept_so_long_and_no_longer(assembly: Assembly) -> None:
    groups = assembly.properties("AWS::Logs::LogGroup")
    assert {group["RetentionInDays"] for group in groups.values()} in ({7}, {30}, {90})
    used = {flat(each["LoggingConfig"]["LogGroup"]) for each in assembly.properties("AWS::Lambda::Function").values()}
    assert used <= {f"<{name}>" for name in groups}  # none that a function makes itself, and nobody ever empties


def test_objects_expire(assembly: Assembly) -> None:
    [bucket] = assembly.properties("AWS::S3::Bucket").values()
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules} == {
        "payloads/": 1,
        "results/": 1,
        "uploads/": 1,
    }
    assert all(rule["Status"] == "Enabled" for rule in rules)


@pytest.mark.parametrize(("name", "policy"), [("small", "Delete"), ("standard", "Retain"), ("large", "Retain")])
def test_data_stays_where_that_is_wanted(name: str, policy: str, assemblies: dict[str, Assembly]) -> None:
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")
    found = list(assemblies[name].of_type(*kinds))
    assert len(found) == 4
    for _, resource in found:
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (policy, policy)
    for table in assemblies[name].properties("AWS::DynamoDB::Table").values():
        assert table["DeletionProtectionEnabled"] is (policy == "Retain")


def test_what_becomes_of_data_is_never_left_open(assembly: Assembly) -> None:
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::SQS::Queue",
             "AWS::Logs::LogGroup", "AWS::KMS::Key")  # fmt: skip
    for name, resource in assembly.of_type(*kinds):
        assert resource.get("DeletionPolicy") in ("Retain", "Delete"), name
        assert resource.get("UpdateReplacePolicy") == resource["DeletionPolicy"], name


def test_the_master_secret_is_made_in_the_account(assembly: Assembly) -> None:
    [secret] = assembly.properties("AWS::SecretsManager::Secret").values()
    assert secret["GenerateSecretString"]["PasswordLength"] == 64
    assert "SecretString" not in secret
    readers = {
        name
        for name, role in assembly.properties("AWS::IAM::Role").items()
        for policy in role.get("Policies", [])
        for each in policy["PolicyDocument"]["Statement"]
        if "secretsmanager:GetSecretValue" in listed(each["Action"])
    }
    # Those that check signatures, and the one that makes webhooks', which calls no address of a customer's.
    assert {name.removeprefix("Functions")[:3] for name in readers} <= {"Api", "Syn", "Web"}
