"""What workers can reach, read from the templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from functions.aws import clients as aws
from infra.network import PRIVATE
from tests.infra.assembly import Assembly, flat, listed

# What zerotrust workers need by name, and nothing else: each a service's endpoint in this network.
NAMES = {
    "sqs.<AWS::Region>.<AWS::URLSuffix>",
    "dynamodb.<AWS::Region>.<AWS::URLSuffix>",
    "logs.<AWS::Region>.<AWS::URLSuffix>",
    "api.ecr.<AWS::Region>.<AWS::URLSuffix>",
    "<AWS::AccountId>.dkr.ecr.<AWS::Region>.<AWS::URLSuffix>",
    "prod-<AWS::Region>-starport-layer-bucket.s3.<AWS::Region>.<AWS::URLSuffix>",
}

OWN = (
    "<Storage",
    "<ZerotrustWorkersLog",
    "arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:code-",
    "arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/cdk-hnb659fds-container-assets-",
)


class Nothing:
    """A body of an answer."""

    def stream(self) -> Iterator[bytes]:
        yield b""


def named(assembly: Assembly, kind: str, part: str) -> dict[str, dict[str, Any]]:
    """Return the properties of resources of a type whose logical id begins so."""
    return {name: each for name, each in assembly.properties(kind).items() if name.startswith(part)}


def rules(assembly: Assembly, direction: str, group: str) -> list[dict[str, Any]]:
    """Return a security group's rules, those in it and those apart."""
    [(name, made)] = named(assembly, "AWS::EC2::SecurityGroup", group).items()
    apart = assembly.properties(f"AWS::EC2::SecurityGroup{direction}").values()
    own = made.get(f"SecurityGroup{direction}", [])
    return [*own, *(each for each in apart if flat(each["GroupId"]) == f"<{name}.GroupId>")]


def test_nothing_comes_in_to_workers(assembly: Assembly) -> None:
    groups = [name for name in assembly.properties("AWS::EC2::SecurityGroup") if "Workers" in name]
    assert len(groups) == 1 + any("Semitrusted" in name for name in groups)
    for name in groups:
        assert rules(assembly, "Ingress", name) == []


def test_endpoints_take_https_from_workers_alone(assembly: Assembly) -> None:
    [rule] = rules(assembly, "Ingress", "ZerotrustEndpoints")
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
    assert flat(rule["SourceSecurityGroupId"]).startswith("<ZerotrustWorkers")
    assert [rule.get("CidrIp") for rule in rules(assembly, "Egress", "ZerotrustEndpoints")] == ["255.255.255.255/32"]


def test_zerotrust_reaches_endpoints_alone(assembly: Assembly) -> None:
    goals = set()
    for rule in rules(assembly, "Egress", "ZerotrustWorkers"):
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
        assert "CidrIp" not in rule
        assert "CidrIpv6" not in rule
        goals.add(
            flat(rule.get("DestinationPrefixListId") or rule["DestinationSecurityGroupId"]).split("PrefixList")[0]
        )
    assert {goal[:19] for goal in goals} == {"<ZerotrustEndpoints", "<ZerotrustS3", "<ZerotrustDynamoDb"}


def test_zerotrust_has_no_way_to_the_internet(assembly: Assembly) -> None:
    for kind in ("AWS::EC2::Route", "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::NatGateway", "AWS::EC2::EIP",
                 "AWS::EC2::VPCPeeringConnection", "AWS::EC2::EgressOnlyInternetGateway"):  # fmt: skip
        assert named(assembly, kind, "Zerotrust") == {}, kind
        assert all("Zerotrust" not in flat(each) for each in assembly.properties(kind).values()), kind
    assert assembly.properties("AWS::EC2::NatGateway") == {}


def test_the_dns_firewall_knows_the_endpoints_and_blocks_the_rest(assembly: Assembly) -> None:
    [group] = assembly.properties("AWS::Route53Resolver::FirewallRuleGroup").values()
    lists = assembly.properties("AWS::Route53Resolver::FirewallDomainList")
    [allow, block] = sorted(group["FirewallRules"], key=lambda rule: int(rule["Priority"]))
    domains = {
        rule["Action"]: {flat(name) for name in lists[flat(rule["FirewallDomainListId"])[1:-4]]["Domains"]}
        for rule in (allow, block)
    }
    assert (allow["Action"], block["Action"], block["BlockResponse"]) == ("ALLOW", "BLOCK", "NXDOMAIN")
    assert domains["BLOCK"] == {"*"}
    [bucket] = domains["ALLOW"] - NAMES
    assert bucket.endswith(".RegionalDomainName>")
    assert domains["ALLOW"] >= NAMES
    assert not any("*" in name for name in domains["ALLOW"])
    [association] = assembly.properties("AWS::Route53Resolver::FirewallRuleGroupAssociation").values()
    assert flat(association["VpcId"]).startswith("<ZerotrustVpc")


def test_each_name_that_is_allowed_has_its_endpoint(assembly: Assembly) -> None:
    endpoints = assembly.properties("AWS::EC2::VPCEndpoint").values()
    services = {flat(each["ServiceName"]).removeprefix("com.amazonaws.<AWS::Region>.") for each in endpoints}
    assert services == {"s3", "dynamodb", "sqs", "logs", "ecr.api", "ecr.dkr"}
    assert all(flat(each["VpcId"]).startswith("<ZerotrustVpc") for each in endpoints)
    assert all(each["PrivateDnsEnabled"] for each in endpoints if each["VpcEndpointType"] == "Interface")


def test_endpoints_let_this_stack_pass_and_nothing_else(assembly: Assembly) -> None:
    for name, endpoint in assembly.properties("AWS::EC2::VPCEndpoint").items():
        for statement in endpoint["PolicyDocument"]["Statement"]:
            resources = {flat(each) for each in listed(statement["Resource"])}
            actions = listed(statement["Action"])
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in actions)
            if resources == {"arn:<AWS::Partition>:s3:::prod-<AWS::Region>-starport-layer-bucket/*"}:
                assert actions == ["s3:GetObject"]  # ECR's own bucket, with URLs that ECR signs
                continue
            account = {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}
            assert statement["Condition"]["StringEquals"] == account
            assert set(statement["Condition"]) <= {"StringEquals", "ForAllValues:StringLike"}  # kept workers' keys
            if actions == ["ecr:GetAuthorizationToken"]:
                continue  # knows no resource
            assert all(each.startswith(OWN) for each in resources), (name, resources)


def test_semitrusted_reaches_web_ports_and_no_private_range(assemblies: dict[str, Assembly]) -> None:
    assembly = assemblies["standard"]
    found = rules(assembly, "Egress", "SemitrustedWorkers")
    assert {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in found} == {
        ("tcp", 80, 80),
        ("tcp", 443, 443),
    }
    entries = assembly.properties("AWS::EC2::NetworkAclEntry").values()
    out = sorted((each for each in entries if each.get("Egress")), key=lambda each: int(each["RuleNumber"]))
    refused = [each["CidrBlock"] for each in out if each["RuleAction"] == "deny"]
    assert refused == list(PRIVATE)
    assert [each["RuleAction"] for each in out] == ["deny"] * len(PRIVATE) + ["allow"]


def test_tasks_are_where_their_mode_says(assemblies: dict[str, Assembly]) -> None:
    for mode, public in (("zerotrust", "DISABLED"), ("semitrusted", "ENABLED")):
        resources = assemblies["large"].nested(mode)["Resources"].values()
        services = [each["Properties"] for each in resources if each["Type"] == "AWS::ECS::Service"]
        assert services
        for service in services:
            where = service["NetworkConfiguration"]["AwsvpcConfiguration"]
            assert where["AssignPublicIp"] == public
            assert f"{mode.title()}Workers" in flat(where["SecurityGroups"])
            assert service["EnableExecuteCommand"] is False


def test_workers_start_after_all_that_they_need_to_start(assembly: Assembly) -> None:
    kinds = (
        "AWS::EC2::VPCEndpoint", "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::Route",
        "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::NetworkAclEntry", "AWS::EC2::SubnetNetworkAclAssociation",
        "AWS::EC2::SubnetRouteTableAssociation", "AWS::Route53Resolver::FirewallRuleGroupAssociation",
    )  # fmt: skip
    pools = dict(assembly.of_type("AWS::CloudFormation::Stack"))
    assert pools
    for name, stack in pools.items():
        mode = name.split("Pools")[0]
        needed = {each for each, _ in assembly.of_type(*kinds) if each.startswith(mode)}
        assert len(needed) >= 10
        assert needed <= set(stack["DependsOn"])


def test_no_worker_is_stopped_to_balance_zones(assemblies: dict[str, Assembly]) -> None:
    services = assemblies["large"].properties("AWS::ECS::Service").values()
    assert {each["AvailabilityZoneRebalancing"] for each in services} == {"DISABLED"}
    for each in services:
        assert each["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-2"])
def test_the_names_that_workers_call_are_those_of_the_dns_firewall(
    region: str, assemblies: dict[str, Assembly], monkeypatch: pytest.MonkeyPatch
) -> None:
    """boto3 chooses names by rules of its own, which a worker's environment and core/aws.py steer."""
    assembly = assemblies["standard"]
    task = next(iter(assembly.properties("AWS::ECS::TaskDefinition").values()))
    variables = {each["Name"]: flat(each["Value"]) for each in task["ContainerDefinitions"][0]["Environment"]}
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", variables["AWS_DEFAULT_REGION"].replace("<AWS::Region>", region))
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", variables["AWS_ACCOUNT_ID_ENDPOINT_MODE"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")  # as credentials of a task may bring it
    called = set()

    def noted(client: Any) -> Any:
        def note(request: Any, **_: Any) -> AWSResponse:
            called.add(urlsplit(request.url).hostname)
            return AWSResponse(request.url, 200, HTTPHeaders(), Nothing())

        client.meta.events.register("before-send", note)
        return client

    noted(aws.dynamodb()).update_item(TableName="jobs", Key={})
    noted(aws.sqs()).receive_message(QueueUrl=f"https://sqs.{region}.amazonaws.com/123456789012/queue")
    noted(aws.s3()).put_object(Bucket="bucket", Key="results/1")
    [allowed, _] = sorted(
        assembly.properties("AWS::Route53Resolver::FirewallDomainList").values(),
        key=lambda each: -len(each["Domains"]),
    )
    names = {flat(name).replace("<AWS::Region>", region).replace("<AWS::URLSuffix>", "amazonaws.com")
             for name in allowed["Domains"]}  # fmt: skip
    bucket = next(name for name in names if name.endswith(".RegionalDomainName>"))
    names = names - {bucket} | {f"bucket.s3.{region}.amazonaws.com"}  # what that attribute of a bucket is
    assert called <= names
    assert len(called) == 3
