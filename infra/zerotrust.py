"""The network without internet: gateway and interface endpoints for what workers need, and nothing else at all."""

from __future__ import annotations

from typing import Final

from aws_cdk import Aws, CfnTag, Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53resolver as resolver
from aws_cdk import custom_resources as custom
from constructs import Construct

from functions.core.job import NetworkMode
from infra import grants
from infra.acknowledge import acknowledge
from infra.network import Place, make_vpc
from infra.settings import Deployment
from infra.storage import Storage

HTTPS: Final = ec2.Port.tcp(443)


class Zerotrust(Construct):
    """No gateway to the internet, endpoints whose policies name this stack's resources, and DNS for those alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        deployment: Deployment,
        storage: Storage,
        worker_log: logs.ILogGroup,
        network_log: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        mode = NetworkMode.ZEROTRUST
        self.vpc = make_vpc(self, mode, deployment, ec2.SubnetType.PRIVATE_ISOLATED, network_log)
        self._workers = ec2.SecurityGroup(
            self, "Workers", vpc=self.vpc, allow_all_outbound=False, description="zerotrust workers: no way in"
        )
        self._asker_log = network_log
        self._asker = iam.Role(
            self,
            "PrefixListRole",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "own": iam.PolicyDocument(statements=[grants.describe_prefix_lists(), grants.write_log(network_log)])
            },
        )
        acknowledge(
            self._asker, {"AwsSolutions-IAM5[Resource::*]": "ec2:DescribeManagedPrefixLists knows no resources."}
        )
        files = [*grants.through_endpoint(grants.worker_files(storage)), grants.image_layers()]
        self._gateway("S3", ec2.GatewayVpcEndpointAwsService.S3, "s3", files)
        table = grants.through_endpoint(grants.worker_tables(storage, deployment))
        self._gateway("DynamoDb", ec2.GatewayVpcEndpointAwsService.DYNAMODB, "dynamodb", table)
        queues = [grants.mode_queues(deployment, mode), grants.announce_ends(storage)]
        self._interfaces(deployment, queues, worker_log)
        self._dns_firewall(storage)
        self.place = Place(
            self,
            [subnet.subnet_id for subnet in self.vpc.isolated_subnets],
            self._workers.security_group_id,
            public_ip=False,
        )

    def _gateway(
        self, name: str, service: ec2.IGatewayVpcEndpointService, short: str, allowed: list[iam.PolicyStatement]
    ) -> None:
        endpoint = self.vpc.add_gateway_endpoint(name, service=service)
        for statement in allowed:
            endpoint.add_to_policy(statement)
        prefix_list = ec2.Peer.prefix_list(self._prefix_list(name, short))
        self._workers.add_egress_rule(prefix_list, HTTPS, f"{short}, through its gateway endpoint")

    def _prefix_list(self, name: str, short: str) -> str:
        """Return the id of AWS's prefix list of a service: each region has another, so deployment asks for it."""
        call = custom.AwsSdkCall(
            service="EC2",
            action="DescribeManagedPrefixLists",
            parameters={"Filters": [{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{Aws.REGION}.{short}"]}]},
            output_paths=["PrefixLists.0.PrefixListId"],
            physical_resource_id=custom.PhysicalResourceId.of(f"{short}-prefix-list"),
        )
        asked = custom.AwsCustomResource(
            self,
            f"{name}PrefixList",
            on_update=call,
            install_latest_aws_sdk=False,
            timeout=Duration.minutes(1),
            role=self._asker,
            log_group=self._asker_log,
        )
        return asked.get_response_field("PrefixLists.0.PrefixListId")

    def _interfaces(
        self, deployment: Deployment, queues: list[iam.PolicyStatement], worker_log: logs.ILogGroup
    ) -> None:
        group = ec2.SecurityGroup(
            self, "Endpoints", vpc=self.vpc, allow_all_outbound=False, description="interface endpoints"
        )
        group.add_ingress_rule(self._workers, HTTPS, "workers")
        self._workers.add_egress_rule(group, HTTPS, "interface endpoints")
        image_pull = [grants.ecr_login(), grants.ecr_pull(deployment)]
        for name, service, allowed in (
            ("Sqs", ec2.InterfaceVpcEndpointAwsService.SQS, queues),
            ("EcrApi", ec2.InterfaceVpcEndpointAwsService.ECR, image_pull),
            ("EcrDocker", ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER, image_pull),
            ("Logs", ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, [grants.write_log(worker_log)]),
        ):
            endpoint = self.vpc.add_interface_endpoint(
                name, service=service, security_groups=[group], open=False, private_dns_enabled=True
            )
            for statement in grants.through_endpoint(allowed):
                endpoint.add_to_policy(statement)

    def _dns_firewall(self, storage: Storage) -> None:
        """Answer questions for the endpoints' names alone: a name can carry data out, too."""
        own = f"{Aws.REGION}.{Aws.URL_SUFFIX}"
        allowed = resolver.CfnFirewallDomainList(
            self,
            "EndpointNames",
            domains=[
                f"sqs.{own}",
                f"dynamodb.{own}",
                f"logs.{own}",
                f"api.ecr.{own}",
                f"{Aws.ACCOUNT_ID}.dkr.ecr.{own}",
                storage.bucket.bucket_regional_domain_name,
                f"prod-{Aws.REGION}-starport-layer-bucket.s3.{own}",
            ],
        )
        everything = resolver.CfnFirewallDomainList(self, "EveryName", domains=["*"])
        rule = resolver.CfnFirewallRuleGroup.FirewallRuleProperty
        rules = resolver.CfnFirewallRuleGroup(
            self,
            "DnsRules",
            firewall_rules=[
                rule(
                    priority=100,
                    action="ALLOW",
                    firewall_domain_list_id=allowed.attr_id,
                    firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",  # S3's names are aliases
                ),
                rule(
                    priority=200,
                    action="BLOCK",
                    block_response="NXDOMAIN",
                    firewall_domain_list_id=everything.attr_id,
                ),
            ],
        )
        resolver.CfnFirewallRuleGroupAssociation(
            self,
            "DnsFirewall",
            firewall_rule_group_id=rules.attr_id,
            vpc_id=self.vpc.vpc_id,
            priority=101,
            mutation_protection="DISABLED",  # else the stack could not be destroyed
            tags=[CfnTag(key="Name", value=f"{Aws.STACK_NAME}-zerotrust")],
        )
