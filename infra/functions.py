"""The Lambda functions, each with a role of its own that may do what its code does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions.aws.settings import Settings
from functions.core import cors
from functions.core.job import NetworkMode
from functions.core.webhooks import WebhookRules
from infra import grants, packaging
from infra.acknowledge import acknowledge_wildcards
from infra.logbook import log_group
from infra.network import Place
from infra.settings import Deployment
from infra.storage import Storage

RUNTIME: Final = lambda_.Runtime.PYTHON_3_14
STAGE: Final = "v1"  # of the API: the one folder of its URL, without a name of its own
LAUNCH_SECONDS: Final = 30
LAUNCH_BATCH: Final = 10
LAUNCHES_AT_ONCE: Final = 5  # of launch_worker: Fargate starts 20 tasks a second
BACKGROUND_MB: Final = 256
POST_SECONDS: Final = 25  # longer than a receiver is given
WEBHOOK_SECONDS: Final = 60
# Of the background functions, where the settings reserve them: waiting callers can't take these.
RESERVED: Final[Mapping[str, int]] = {"LaunchWorker": LAUNCHES_AT_ONCE, "TaskStopped": 10, "Sweep": 2}
WILDCARDS: Final = (
    "Objects below a prefix of the stack's bucket, its queues and task definitions by their common prefix, roles "
    "below a path of their own: which of them it is, the request or the job says."
)
WEB_ADAPTER: Final[Mapping[str, str]] = {  # see its own documentation
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
    "AWS_LWA_INVOKE_MODE": "response_stream",
    "AWS_LWA_READINESS_CHECK_PATH": "/health",
    "AWS_LWA_PORT": "8080",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the functions work with."""

    deployment: Deployment
    storage: Storage
    cluster: ecs.CfnCluster
    places: Mapping[NetworkMode, Place]
    settings: Settings
    offer: Mapping[str, str]


class Functions(Construct):
    """All functions; `sync` is None without streaming, and `api` answers its routes too."""

    def __init__(self, scope: Construct, construct_id: str, parts: Parts) -> None:
        super().__init__(scope, construct_id)
        self._parts = parts
        deployment, storage = parts.deployment, parts.storage
        self._code = lambda_.Code.from_asset(str(packaging.code_zip()))
        self._layer = lambda_.LayerVersion(
            self,
            "Dependencies",
            code=lambda_.Code.from_asset(str(packaging.layer_zip())),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[lambda_.Architecture.ARM_64],
            description="The packages of functions/requirements.txt",
        )
        rules = WebhookRules(http=deployment.webhook_http).environment()
        serving = {
            **parts.offer,
            **rules,
            **deployment.reuse_environment,
            "MASTER_SECRET_ARN": storage.master_secret.secret_arn,
        }
        if not deployment.domain:
            serving["BASE_PATH"] = f"/{STAGE}"
        if deployment.cors_origins:
            serving[cors.VARIABLE] = " ".join(deployment.cors_origins)
        if deployment.waiting_callers:
            serving["WAITING_CALLERS"] = str(deployment.waiting_callers)
        self.api = self._function(
            "Api",
            "functions.api.app.handler",
            29,
            deployment.api_memory_mb,
            [*self._submit_may(), *self._manage_may(), *([] if deployment.streaming else self._cancel_may())],
            serving,
        )
        self.sync = self._sync(serving) if deployment.streaming else None
        self.launch_worker = self._launch_worker()
        self.task_stopped = self._task_stopped()
        self.sweep = self._sweep()
        self.post = self._post(rules)
        self.webhooks = self._webhooks()

    @property
    def background(self) -> Sequence[lambda_.Function]:
        """Those that no customer waits for."""
        return (self.launch_worker, self.task_stopped, self.sweep)

    @property
    def telling(self) -> Sequence[lambda_.Function]:
        """Those that tell webhooks' receivers of ends."""
        return (self.webhooks, self.post)

    def _sync(self, serving: Mapping[str, str]) -> lambda_.Function:
        """Make the function behind /execute, /run and /jobs/…: an HTTP server, whose answers are streamed."""
        deployment = self._parts.deployment
        function = self._function(
            "Sync",
            "functions/api/serve.sh",
            900,
            deployment.api_memory_mb,
            [*self._submit_may(), *self._cancel_may()],
            {**serving, **WEB_ADAPTER},
        )
        arn = deployment.web_adapter_layer.replace("{region}", Aws.REGION)
        function.add_layers(lambda_.LayerVersion.from_layer_version_arn(self, "WebAdapter", arn))
        return function

    def _launch_worker(self) -> lambda_.Function:
        parts = self._parts
        networks = {
            str(mode): {
                "subnets": list(place.subnets),
                "security_groups": [place.security_group],
                "public_ip": place.public_ip,
            }
            for mode, place in parts.places.items()
        }
        function = self._function(
            "LaunchWorker",
            "functions.launch_worker.app.handler",
            LAUNCH_SECONDS,
            BACKGROUND_MB,
            [
                grants.allow(["dynamodb:BatchGetItem"], parts.storage.jobs.table_arn),
                grants.run_tasks(parts.deployment, parts.cluster),
                grants.pass_task_roles(parts.deployment),
                *self._send_kept_may(),
                grants.allow([*grants.POLL, "sqs:ChangeMessageVisibility"], parts.storage.launches.queue_arn),
            ],
            {
                "CLUSTER": parts.cluster.attr_arn,
                "TASK_FAMILY_PREFIX": parts.deployment.prefix,
                "IDLE_SECONDS": str(parts.deployment.idle_seconds),
                "NETWORKS": json.dumps(networks),
            },
        )
        function.add_event_source_mapping(
            "Launches",
            event_source_arn=parts.storage.launches.queue_arn,
            batch_size=LAUNCH_BATCH,
            report_batch_item_failures=True,
            max_concurrency=LAUNCHES_AT_ONCE,
        )
        return function

    def _task_stopped(self) -> lambda_.Function:
        parts = self._parts
        function = self._function(
            "TaskStopped",
            "functions.task_stopped.app.handler",
            LAUNCH_SECONDS,
            BACKGROUND_MB,
            [*self._rescue_may(), grants.stop_services(parts.deployment)],
            {"CLUSTER": parts.cluster.attr_arn},
        )
        rule = events.Rule(
            self,
            "TaskStoppedRule",
            description="A worker's task ended",
            event_pattern=events.EventPattern(
                source=["aws.ecs"],
                detail_type=["ECS Task State Change"],
                detail={"clusterArn": [parts.cluster.attr_arn], "lastStatus": ["STOPPED"]},
            ),
        )
        rule.add_target(
            targets.LambdaFunction(function, dead_letter_queue=parts.storage.dead_letters, retry_attempts=10)
        )
        return function

    def _sweep(self) -> lambda_.Function:
        parts = self._parts
        sending = grants.send_jobs(parts.storage, parts.deployment)
        untold = grants.allow(["dynamodb:Scan"], grants.untold_index(parts.storage))
        may = [*self._rescue_may(), sending, untold, grants.see_tasks(parts.deployment)]
        environment = {"CLUSTER": parts.cluster.attr_arn}
        function = self._function("Sweep", "functions.sweep.app.handler", 60, BACKGROUND_MB, may, environment)
        rule = events.Rule(
            self,
            "SweepRule",
            description="Look for jobs that a crash left behind",
            schedule=events.Schedule.rate(Duration.minutes(1)),
        )
        rule.add_target(targets.LambdaFunction(function, retry_attempts=0))  # the next one comes in a minute
        return function

    def _post(self, rules: Mapping[str, str]) -> lambda_.Function:
        """Make the function that calls customers' receivers.

        It is in no network of ours: what it connects to is the internet. Its role may write its log; it is told of
        no table, queue or key.
        """
        handler = "functions.post.app.handler"
        return self._function("Post", handler, POST_SECONDS, BACKGROUND_MB, [], rules, knows=False)

    def _webhooks(self) -> lambda_.Function:
        """Make the function that reads ended jobs, signs them, and has the other one send them."""
        storage, post = self._parts.storage, self.post
        function = self._function(
            "Webhooks",
            "functions.webhooks.app.handler",
            WEBHOOK_SECONDS,
            BACKGROUND_MB,
            [
                grants.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], storage.jobs.table_arn),
                grants.allow(["s3:GetObject"], storage.bucket.arn_for_objects("results/*")),
                grants.allow(["secretsmanager:GetSecretValue"], storage.master_secret.secret_arn),
                grants.allow(["lambda:InvokeFunction"], post.function_arn),
                grants.allow([*grants.POLL, "sqs:ChangeMessageVisibility"], storage.webhooks.queue_arn),
            ],
            {"MASTER_SECRET_ARN": storage.master_secret.secret_arn, "POST_FUNCTION": post.function_name},
        )
        function.add_event_source_mapping(
            "Ends",
            event_source_arn=storage.webhooks.queue_arn,
            batch_size=1,  # a receiver that doesn't answer keeps no other from its own
            report_batch_item_failures=True,
            max_concurrency=self._parts.deployment.webhooks_at_once,
        )
        return function

    def _submit_may(self) -> list[iam.PolicyStatement]:
        """What admitting a caller, submitting a job and waiting for it takes."""
        storage = self._parts.storage
        return [
            grants.allow(["secretsmanager:GetSecretValue"], storage.master_secret.secret_arn),
            grants.allow(["dynamodb:UpdateItem"], storage.keys.table_arn),
            grants.allow(["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:BatchGetItem"], storage.jobs.table_arn),
            grants.send_jobs(storage, self._parts.deployment),
            grants.allow(["s3:PutObject", "s3:DeleteObject"], storage.bucket.arn_for_objects("payloads/*")),
            grants.allow(["s3:GetObject"], storage.bucket.arn_for_objects("results/*")),
            grants.allow(["s3:GetObject", "s3:DeleteObject"], storage.bucket.arn_for_objects("uploads/*")),
        ]

    def _manage_may(self) -> list[iam.PolicyStatement]:
        """What listing jobs and offering uploads takes besides."""
        storage = self._parts.storage
        return [
            grants.allow(["dynamodb:Query"], grants.active_index(storage)),
            *self._give_kept_may(),
            # which the form's holder does in this role's name
            grants.allow(["s3:PutObject"], storage.bucket.arn_for_objects("uploads/*")),
        ]

    def _cancel_may(self) -> list[iam.PolicyStatement]:
        """What ending a job takes besides."""
        storage = self._parts.storage
        return [
            grants.allow(["dynamodb:UpdateItem"], storage.jobs.table_arn),
            grants.allow(["s3:PutObject"], storage.bucket.arn_for_objects("results/*")),
            grants.announce_ends(storage),
        ]

    def _give_kept_may(self) -> list[iam.PolicyStatement]:
        """What giving jobs to kept workers takes besides, of a function that ends none."""
        if not (self._parts.deployment.keeps_workers and self._parts.deployment.streaming):
            return []
        return [grants.allow(["dynamodb:UpdateItem"], self._parts.storage.jobs.table_arn)]

    def _send_kept_may(self) -> list[iam.PolicyStatement]:
        """What sending jobs takes that kept workers didn't take."""
        deployment = self._parts.deployment
        return [grants.send_to_pools(deployment)] if deployment.keeps_workers else []

    def _rescue_may(self) -> list[iam.PolicyStatement]:
        """What finding and ending lost jobs takes, and asking for other workers."""
        storage = self._parts.storage
        return [
            grants.allow(["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], storage.jobs.table_arn),
            grants.allow(["dynamodb:Scan"], grants.active_index(storage)),
            grants.allow(["sqs:SendMessage"], storage.launches.queue_arn, storage.webhooks.queue_arn),
            grants.allow(["s3:DeleteObject"], storage.bucket.arn_for_objects("payloads/*")),
            grants.allow(["s3:PutObject"], storage.bucket.arn_for_objects("results/*")),
        ]

    def _function(
        self,
        name: str,
        handler: str,
        seconds: int,
        memory: int,
        may: Sequence[iam.PolicyStatement],
        environment: Mapping[str, str],
        *,
        knows: bool = True,
    ) -> lambda_.Function:
        """Make a function; unless it `knows` them, without the names of what the stack has."""
        known = self._parts.settings.environment() if knows else {}
        group = log_group(self, f"{name}Log", self._parts.deployment)
        role = iam.Role(
            self,
            f"{name}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"own": iam.PolicyDocument(statements=[*may, grants.write_log(group)])},
        )
        acknowledge_wildcards(role, may, WILDCARDS)
        return lambda_.Function(
            self,
            name,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            code=self._code,
            layers=[self._layer],
            handler=handler,
            timeout=Duration.seconds(seconds),
            memory_size=memory,
            role=role,
            reserved_concurrent_executions=RESERVED.get(name) if self._parts.deployment.reserve_concurrency else None,
            log_group=group,
            environment={**known, **environment},
        )
