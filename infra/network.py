"""The two networks that workers run in, and what each can reach.

Two VPCs, because DNS Firewall is set for a whole VPC, and security groups stop neither DNS queries nor the task's
own link-local addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from functions.core.job import NetworkMode
from infra.acknowledge import acknowledge
from infra.settings import Deployment

CIDRS: Final = {NetworkMode.ZEROTRUST: "10.60.0.0/16", NetworkMode.SEMITRUSTED: "10.61.0.0/16"}
PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
EPHEMERAL: Final = ec2.AclTraffic.tcp_port_range(1024, 65535)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mode's workers run; none can start before the whole of `network` is there."""

    network: Construct
    subnets: Sequence[str]
    security_group: str
    public_ip: bool


def make_vpc(
    scope: Construct, mode: NetworkMode, deployment: Deployment, kind: ec2.SubnetType, network_log: logs.ILogGroup
) -> ec2.Vpc:
    """Make a VPC of one kind of subnet, whose refused connections are logged."""
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        ip_addresses=ec2.IpAddresses.cidr(CIDRS[mode]),
        availability_zones=_zones(deployment),
        nat_gateways=0,
        restrict_default_security_group=False,  # nothing is ever in it, and restricting it takes a Lambda function
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="workers",
                subnet_type=kind,
                cidr_mask=18,
                **({"map_public_ip_on_launch": False} if kind is ec2.SubnetType.PUBLIC else {}),
            )
        ],
    )
    vpc.add_flow_log(
        "Refused",
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(network_log),
        traffic_type=ec2.FlowLogTrafficType.REJECT,
    )
    return vpc


def _zones(deployment: Deployment) -> list[str]:
    """Return the zones that the settings name, or else the region's first ones, which deployment asks for."""
    if isinstance(deployment.zones, int):
        return [Fn.select(index, Fn.get_azs()) for index in range(deployment.zones)]
    return list(deployment.zones)


class Semitrusted(Construct):
    """The network with internet: public subnets without NAT, nothing comes in, and nothing near can be reached."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, network_log: logs.ILogGroup
    ) -> None:
        super().__init__(scope, construct_id)
        mode = NetworkMode.SEMITRUSTED
        self.vpc = make_vpc(self, mode, deployment, ec2.SubnetType.PUBLIC, network_log)
        workers = ec2.SecurityGroup(
            self, "Workers", vpc=self.vpc, allow_all_outbound=False, description="semitrusted workers: no way in"
        )
        for port in deployment.semitrusted_ports:
            workers.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(port), f"internet, port {port}")
        self._refuse_private()
        self.place = Place(
            self, [subnet.subnet_id for subnet in self.vpc.public_subnets], workers.security_group_id, public_ip=True
        )
        acknowledge(
            self,
            {
                "AwsSolutions-VPC3": "The list refuses private ranges, which a security group can't: it holds only "
                "what is allowed, and the internet includes them. The security group stays the first wall."
            },
        )

    def _refuse_private(self) -> None:
        """Refuse private ranges, should this VPC ever be peered with another: security groups know no refusal."""
        acl = ec2.NetworkAcl(
            self, "Acl", vpc=self.vpc, subnet_selection=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
        )
        for number, block in enumerate(PRIVATE, 1):
            acl.add_entry(
                f"Private{number}",
                rule_number=10 * number,
                cidr=ec2.AclCidr.ipv4(block),
                traffic=ec2.AclTraffic.all_traffic(),
                direction=ec2.TrafficDirection.EGRESS,
                rule_action=ec2.Action.DENY,
            )
        for name, direction, traffic in (
            ("Internet", ec2.TrafficDirection.EGRESS, ec2.AclTraffic.all_traffic()),
            ("Answers", ec2.TrafficDirection.INGRESS, EPHEMERAL),
        ):
            acl.add_entry(
                name,
                rule_number=100,
                cidr=ec2.AclCidr.any_ipv4(),
                traffic=traffic,
                direction=direction,
                rule_action=ec2.Action.ALLOW,
            )
