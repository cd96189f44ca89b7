"""What may be done with this stack's resources: by roles, and through the endpoints that they use."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Aws
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from functions.aws.kept import KEY_PREFIX
from functions.aws.schema import ACTIVE_INDEX, UNTOLD_INDEX
from functions.core.job import NetworkMode
from functions.core.pools import pool_name
from infra.settings import Deployment
from infra.storage import Storage

BUILT_IMAGES = "cdk-hnb659fds-container-assets-"  # CDK's own repository, made by `cdk bootstrap`
RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")
POLL = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")  # by Lambda, for a function
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def allow(actions: Iterable[str], *resources: str) -> iam.PolicyStatement:
    """Return a statement that allows these actions on these resources."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


def queue_arn(deployment: Deployment, name: str) -> str:
    """Return the ARN of a queue of this stack; the name may hold wildcards."""
    return f"arn:{Aws.PARTITION}:sqs:{Aws.REGION}:{Aws.ACCOUNT_ID}:{deployment.prefix}{name}"


def mode_queues(deployment: Deployment, mode: NetworkMode) -> iam.PolicyStatement:
    """Let the queues of all pools of a mode be read; what a pool's role may is less."""
    return allow(RECEIVE, queue_arn(deployment, pool_name("*", mode)))


def send_jobs(storage: Storage, deployment: Deployment) -> iam.PolicyStatement:
    """Let jobs be sent to every pool, and workers be asked for."""
    return allow(["sqs:SendMessage"], *_pool_queues(deployment), storage.launches.queue_arn)


def send_to_pools(deployment: Deployment) -> iam.PolicyStatement:
    """Let jobs be sent to every pool."""
    return allow(["sqs:SendMessage"], *_pool_queues(deployment))


def _pool_queues(deployment: Deployment) -> list[str]:
    return [queue_arn(deployment, pool_name("*", mode)) for mode in deployment.network_modes]


def announce_ends(storage: Storage) -> iam.PolicyStatement:
    """Let the ends of jobs that have a webhook be put into the queue of those that are to be told."""
    return allow(["sqs:SendMessage"], storage.webhooks.queue_arn)


def worker_table(storage: Storage) -> iam.PolicyStatement:
    """Let jobs be claimed and finished: one operation, which returns the job that it changes."""
    return allow(["dynamodb:UpdateItem"], storage.jobs.table_arn)


def kept_workers(storage: Storage) -> iam.PolicyStatement:
    """Let workers look for the jobs that they are given, in items whose keys nobody can guess, and in no other."""
    return iam.PolicyStatement(
        actions=["dynamodb:GetItem"],
        resources=[storage.jobs.table_arn],
        conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{KEY_PREFIX}*"]}},
    )


def worker_tables(storage: Storage, deployment: Deployment) -> list[iam.PolicyStatement]:
    """Let workers do with the table what their deployment's jobs take."""
    return [worker_table(storage), *([kept_workers(storage)] if deployment.keeps_workers else [])]


def worker_files(storage: Storage) -> list[iam.PolicyStatement]:
    """Let workers read and remove big submissions, and write big results."""
    return [
        allow(["s3:GetObject", "s3:DeleteObject"], storage.bucket.arn_for_objects("payloads/*")),
        allow(["s3:PutObject"], storage.bucket.arn_for_objects("results/*")),
    ]


def image_layers() -> iam.PolicyStatement:
    """Let images' layers pass an S3 endpoint: ECR keeps them in a bucket of its own, and signs for them itself."""
    return iam.PolicyStatement(
        principals=[iam.AnyPrincipal()],
        actions=["s3:GetObject"],
        resources=[f"arn:{Aws.PARTITION}:s3:::prod-{Aws.REGION}-starport-layer-bucket/*"],
    )


def ecr_login() -> iam.PolicyStatement:
    """Let images be asked for at all; ECR knows no resource for this."""
    return allow(["ecr:GetAuthorizationToken"], "*")


def ecr_pull(deployment: Deployment) -> iam.PolicyStatement:
    """Let this deployment's images be pulled."""
    names = f"{BUILT_IMAGES}{Aws.ACCOUNT_ID}-{Aws.REGION}"
    if deployment.images:
        names = f"{deployment.images.repositories}*"
    return allow(PULL, f"arn:{Aws.PARTITION}:ecr:{Aws.REGION}:{Aws.ACCOUNT_ID}:repository/{names}")


def write_log(group: logs.ILogGroup) -> iam.PolicyStatement:
    """Let lines be added to a log group."""
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], group.log_group_arn)


def describe_prefix_lists() -> iam.PolicyStatement:
    """Let AWS's prefix lists be looked up; EC2 knows no resource for this."""
    return allow(["ec2:DescribeManagedPrefixLists"], "*")


def through_endpoint(statements: Iterable[iam.PolicyStatement]) -> list[iam.PolicyStatement]:
    """Return the statements of an endpoint: this much, and only with this account's credentials."""
    return [
        iam.PolicyStatement(
            principals=[iam.AnyPrincipal()],
            actions=statement.actions,
            resources=statement.resources,
            conditions={**statement.conditions, "StringEquals": {"aws:PrincipalAccount": Aws.ACCOUNT_ID}},
        )
        for statement in statements
    ]


def active_index(storage: Storage) -> str:
    """Return the ARN of the index of pending and running jobs."""
    return f"{storage.jobs.table_arn}/index/{ACTIVE_INDEX}"


def untold_index(storage: Storage) -> str:
    """Return the ARN of the index of ended jobs whose webhook nobody has taken up."""
    return f"{storage.jobs.table_arn}/index/{UNTOLD_INDEX}"


def run_tasks(deployment: Deployment, cluster: ecs.CfnCluster) -> iam.PolicyStatement:
    """Let workers of this deployment be started, in its cluster alone."""
    families = f"arn:{Aws.PARTITION}:ecs:{Aws.REGION}:{Aws.ACCOUNT_ID}:task-definition/{deployment.prefix}*:*"
    return iam.PolicyStatement(
        actions=["ecs:RunTask"], resources=[families], conditions={"ArnEquals": {"ecs:cluster": cluster.attr_arn}}
    )


def stop_services(deployment: Deployment) -> iam.PolicyStatement:
    """Let the services of this deployment's cluster, which has its name, be scaled."""
    services = f"arn:{Aws.PARTITION}:ecs:{Aws.REGION}:{Aws.ACCOUNT_ID}:service/{deployment.name}/*"
    return allow(["ecs:UpdateService"], services)


def see_tasks(deployment: Deployment) -> iam.PolicyStatement:
    """Let it be seen whether tasks of this deployment's cluster run."""
    running = f"arn:{Aws.PARTITION}:ecs:{Aws.REGION}:{Aws.ACCOUNT_ID}:task/{deployment.name}/*"
    return allow(["ecs:DescribeTasks"], running)


def pass_task_roles(deployment: Deployment) -> iam.PolicyStatement:
    """Let a started task have its roles, which lie below a path of their own, and only a task."""
    return iam.PolicyStatement(
        actions=["iam:PassRole"],
        resources=[f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role{task_role_path(deployment)}*"],
        conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    )


def task_role_path(deployment: Deployment) -> str:
    """Return the path of all tasks' roles: it tells them from the account's others."""
    return f"/{deployment.name}/tasks/"
