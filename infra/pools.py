"""A mode's pools: for each language a queue, a task definition and a role; for hot ones a service besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, CfnTag, NestedStack, RemovalPolicy
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.aws import schema
from functions.core.job import NetworkMode
from functions.core.languages import Language
from functions.core.pools import pool_name
from infra import fargate, grants, images, tasks
from infra.acknowledge import acknowledge, acknowledge_wildcards
from infra.network import Place
from infra.settings import Deployment
from infra.storage import MESSAGE_RETENTION, Storage

ECS_TASKS = "ecs-tasks.amazonaws.com"
FARGATE_PLATFORM = "1.4.0"


@dataclass(frozen=True, slots=True)
class Shared:
    """What the pools of both modes have in common."""

    deployment: Deployment
    storage: Storage
    cluster: ecs.CfnCluster
    environment: Mapping[str, str]
    worker_policy: str  # ARN of what all pools' roles may


def worker_policy(scope: Construct, storage: Storage, deployment: Deployment) -> iam.ManagedPolicy:
    """Make the policy of all pools' workers: claim, finish and announce jobs, move what is too big for an item."""
    statements = [
        *grants.worker_tables(storage, deployment),
        *grants.worker_files(storage),
        grants.announce_ends(storage),
    ]
    policy = iam.ManagedPolicy(scope, "WorkerPolicy", statements=statements)
    acknowledge_wildcards(policy, statements, "Objects below a prefix of the stack's bucket; the job says which.")
    return policy


class ModePools(NestedStack):
    """All pools of one network mode: a stack of its own, for a stack holds 500 resources."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        shared: Shared,
        mode: NetworkMode,
        languages: Mapping[str, Language],
        place: Place,
        log_group: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id, description=f"Pools of network mode {mode}")
        self._shared = shared
        self._mode = mode
        self._place = place
        self._log_group = log_group
        self._starter = self._starting_role()
        # References lead to subnets and security groups alone. Workers that started before the rules, routes and
        # endpoints are there would find no image, and the circuit breaker would end the deployment.
        self.node.add_dependency(place.network)
        self.queues = {pool_name(language.id, mode): self._pool(language) for language in languages.values()}
        self._https_only()
        acknowledge(
            self,
            {
                "AwsSolutions-ECS2": "The variables name resources and limits; no secret is among them.",
            },
        )

    def _pool(self, language: Language) -> sqs.CfnQueue:
        deployment, pool = self._shared.deployment, pool_name(language.id, self._mode)
        queue = sqs.CfnQueue(
            self,
            f"{language.id}Queue",
            queue_name=f"{deployment.prefix}{pool}",
            sqs_managed_sse_enabled=True,
            visibility_timeout=schema.VISIBILITY_SECONDS,
            message_retention_period=int(MESSAGE_RETENTION.to_seconds()),
            redrive_policy={
                "deadLetterTargetArn": self._shared.storage.dead_letters.queue_arn,
                "maxReceiveCount": schema.RECEIVES_BEFORE_DEAD_LETTER,
            },
        )
        queue.apply_removal_policy(RemovalPolicy.DESTROY)  # it holds ids; the jobs are in the table
        task = self._task(language, pool, self._role(language.id, queue))
        if pool in deployment.hot_pools:
            self._service(pool, task, deployment.hot_pools[pool])
        return queue

    def _task(self, language: Language, pool: str, role: iam.CfnRole) -> ecs.CfnTaskDefinition:
        deployment = self._shared.deployment
        image = images.uri(self, language.id, deployment)
        cpu, memory = fargate.size(language.limits, deployment.task_cpu)
        environment = tasks.worker_environment(
            deployment, self._shared.environment, language, self._mode, cpu, hot=pool in deployment.hot_pools
        )
        return ecs.CfnTaskDefinition(
            self,
            f"{language.id}Task",
            family=f"{deployment.prefix}{pool}",
            cpu=str(cpu),
            memory=str(memory),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform=ecs.CfnTaskDefinition.RuntimePlatformProperty(
                cpu_architecture=deployment.architecture.upper(), operating_system_family="LINUX"
            ),
            execution_role_arn=self._starter.attr_arn,
            task_role_arn=role.attr_arn,
            container_definitions=[
                tasks.container(deployment, language, image, environment, self._log_group),
            ],
        )

    def _service(self, pool: str, task: ecs.CfnTaskDefinition, workers: int) -> None:
        """Keep so many workers waiting. Their tasks end with their jobs, and ECS replaces them."""
        service = ecs.CfnService
        service(
            self,
            f"{pool}Service",
            service_name=pool,
            cluster=self._shared.cluster.attr_arn,
            task_definition=task.ref,
            desired_count=workers,
            launch_type="FARGATE",
            platform_version=FARGATE_PLATFORM,
            enable_execute_command=False,
            availability_zone_rebalancing="DISABLED",  # ECS's default would stop workers that have jobs
            deployment_configuration=service.DeploymentConfigurationProperty(
                minimum_healthy_percent=50,
                maximum_percent=200,
                # What never runs is taken back soon; a task that ended after its job doesn't count.
                deployment_circuit_breaker=service.DeploymentCircuitBreakerProperty(enable=True, rollback=True),
            ),
            network_configuration=service.NetworkConfigurationProperty(
                awsvpc_configuration=service.AwsVpcConfigurationProperty(
                    subnets=list(self._place.subnets),
                    security_groups=[self._place.security_group],
                    assign_public_ip="ENABLED" if self._place.public_ip else "DISABLED",
                )
            ),
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            tags=[CfnTag(key="pool", value=pool)],
        )

    def _role(self, language: str, queue: sqs.CfnQueue) -> iam.CfnRole:
        """Make a pool's role: what a program could do with it, should it ever get it, ends at its pool's jobs."""
        role = self._tasks_role(f"{language}Role", [grants.allow(grants.RECEIVE, queue.attr_arn)])
        role.managed_policy_arns = [self._shared.worker_policy]
        return role

    def _starting_role(self) -> iam.CfnRole:
        """Make the role that Fargate itself has: to pull images and to write the log."""
        pull = [grants.ecr_login(), grants.ecr_pull(self._shared.deployment)]
        role = self._tasks_role("StartingRole", [*pull, grants.write_log(self._log_group)])
        reason = "ecr:GetAuthorizationToken knows no resources; the settings may name repositories by a prefix."
        acknowledge_wildcards(role, pull, reason)
        return role

    def _tasks_role(self, name: str, statements: list[iam.PolicyStatement]) -> iam.CfnRole:
        return iam.CfnRole(
            self,
            name,
            path=grants.task_role_path(self._shared.deployment),
            assume_role_policy_document=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        principals=[iam.ServicePrincipal(ECS_TASKS)],
                        actions=["sts:AssumeRole"],
                        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
                    )
                ]
            ),
            policies=[
                iam.CfnRole.PolicyProperty(
                    policy_name="own", policy_document=iam.PolicyDocument(statements=statements)
                )
            ],
        )

    def _https_only(self) -> None:
        """Refuse plain HTTP to every queue of the mode, by one policy for all of them."""
        everyone = iam.PolicyStatement(
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["sqs:*"],
            resources=[grants.queue_arn(self._shared.deployment, pool_name("*", self._mode))],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
        sqs.CfnQueuePolicy(
            self,
            "HttpsOnly",
            queues=[queue.ref for queue in self.queues.values()],
            policy_document=iam.PolicyDocument(statements=[everyone]),
        )
