"""Log groups, made alike: kept for as long as the settings say, and gone with the stack."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.settings import Deployment

DAYS = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def log_group(scope: Construct, name: str, deployment: Deployment, own_name: str | None = None) -> logs.LogGroup:
    """Make a log group; CloudFormation names it, where it needs no name of its own."""
    return logs.LogGroup(
        scope,
        name,
        log_group_name=own_name,
        retention=DAYS[deployment.log_days],
        removal_policy=RemovalPolicy.DESTROY,
    )
