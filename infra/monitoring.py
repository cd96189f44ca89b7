"""What is watched: one dashboard, and alarms for what somebody must do something about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.aws import tasks
from infra.settings import Deployment

MINUTE: Final = Duration.minutes(1)
ERROR_LINE: Final = logs.FilterPattern.string_value("$.level", "=", "ERROR")
POOL_STOPPED: Final = logs.FilterPattern.string_value("$.message", "=", tasks.POOL_STOPPED)
SWEPT: Final = logs.FilterPattern.string_value("$.message", "=", "swept")
SWEPT_NUMBERS: Final = ("pending", "running", "oldest_pending_seconds", "helped")  # of the sweep's line
OPERATION_LIMIT: Final = 3


class Monitoring(Construct):
    """Metrics from logs, alarms that mail, a dashboard, and a budget."""

    def __init__(self, scope: Construct, construct_id: str, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        self._deployment = deployment
        self._namespace = deployment.name
        self._topic = self._alarm_topic()
        self._rows: list[list[cloudwatch.IWidget]] = []
        if deployment.alarms.monthly_budget_usd:
            self._budget(deployment.alarms.monthly_budget_usd)

    def jobs(self, sweep: lambda_.Function) -> None:
        """Watch how many jobs wait and run, and how long: the sweep counts them each minute."""
        alarms, metric = self._deployment.alarms, self._numbers(sweep.log_group, SWEPT, SWEPT_NUMBERS)
        self._alarm(
            "QueueAge",
            metric["oldest_pending_seconds"],
            alarms.pending_seconds,
            "A job waits too long for a worker: see the launch failures and the account's Fargate quota.",
            periods=3,
        )
        self._alarm(
            "RunningJobs",
            metric["running"],
            alarms.running_jobs,
            "Many jobs at once for 15 minutes; each is a task that is paid.",
            periods=15,
        )
        sweeps = sweep.metric_invocations(period=Duration.minutes(5), statistic="Sum", label="sweeps")
        self._alarm(
            "SweepStopped",
            sweeps,
            1,
            "The sweep, which finds lost jobs and counts all others, doesn't run: see its EventBridge rule.",
            periods=2,
            missing=cloudwatch.TreatMissingData.BREACHING,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        )
        self._row(
            ("Jobs now", [metric["running"], metric["pending"]]),
            ("Longest wait, seconds", [metric["oldest_pending_seconds"]]),
            ("Jobs the sweep had to help", [metric["helped"]]),
        )

    def failures(
        self,
        launch: lambda_.Function,
        task_stopped: lambda_.Function,
        others: Mapping[str, logs.ILogGroup],
        dead: sqs.IQueue,
    ) -> None:
        """Watch what is our own failure: lines of level ERROR, launches that failed, stopped pools, dead letters."""
        counted = [self._lines(f"{name}Errors", group, ERROR_LINE, name) for name, group in others.items()]
        launches = self._lines("LaunchWorkerErrors", launch.log_group, ERROR_LINE, "LaunchWorker")
        stopped_pools = self._lines("StoppedPools", task_stopped.log_group, POOL_STOPPED, "hot pools stopped")
        letters = dead.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum")
        self._alarm(
            "PlatformErrors",
            _total("platform errors", counted),
            0,
            "Workers or functions failed; their logs' lines of level ERROR say how.",
        )
        self._alarm("LaunchFailures", launches, 0, "A worker could not be started; launch_worker's log says why.")
        self._alarm(
            "PoolStopped",
            stopped_pools,
            0,
            "A hot pool's workers can run no job where they are, so it was scaled to nothing.",
        )
        self._alarm("DeadLetters", letters, 0, "A message was received again and again in vain; its job may be lost.")
        self._row(
            ("Platform errors", [*counted, stopped_pools]),
            ("Launches that failed", [launches]),
            ("Dead letters", [letters]),
        )

    def tables(self, names: Mapping[str, str]) -> None:
        """Watch whether the tables, by what they are for, take what is written to them."""
        throttled = [
            cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name="WriteThrottleEvents",
                dimensions_map={"TableName": name},
                statistic="Sum",
                period=Duration.minutes(5),
                label=purpose,
            )
            for purpose, name in names.items()
        ]
        self._alarm(
            "ThrottledWrites",
            _total("writes put off", throttled),
            0,
            "A table takes no more writes for now, so jobs begin and end late: see whose many jobs these are.",
        )
        self._row(("Writes that tables put off", throttled))

    def functions(self, answering: Sequence[lambda_.Function], background: Sequence[lambda_.Function]) -> None:
        """Watch what no line of ours tells: a function that died, or for which Lambda had no room."""
        errors = [
            each.metric_errors(period=Duration.minutes(5), statistic="Sum", label=each.node.id)
            for each in (*answering, *background)
        ]
        throttles = [
            each.metric_throttles(period=Duration.minutes(5), statistic="Sum", label=each.node.id)
            for each in background
        ]
        self._alarm(
            "FunctionErrors",
            _total("functions that failed", [*errors, *throttles]),
            0,
            "A function ended without an answer (its memory, time or an exception), or Lambda had no room to run it.",
        )
        self._row(("Functions that failed", errors), ("Functions without room", throttles))

    def webhooks(self, queue: sqs.IQueue, functions: Sequence[lambda_.Function]) -> None:
        """Watch what tells webhooks' receivers of ends: not the receivers, which are their owners' business."""
        five = Duration.minutes(5)
        failed = [
            metric(period=five, statistic="Sum", label=f"{each.node.id}, {kind}")
            for each in functions
            for kind, metric in (("failed", each.metric_errors), ("no room", each.metric_throttles))
        ]
        age = queue.metric_approximate_age_of_oldest_message(period=five, statistic="Maximum", label="eldest")
        self._alarm(
            "Webhooks",
            _total("webhooks' functions that failed", failed),
            0,
            "A function that tells webhooks' receivers failed, or Lambda had no room to run it; they are told later.",
        )
        self._row(("Webhooks' functions", failed), ("Webhooks waiting or tried again, seconds", [age]))

    def api(self, gateway: Mapping[str, cloudwatch.Metric]) -> None:
        """Watch the API: `gateway` has the metrics count, 4xx, 5xx and latency."""
        rate = self._deployment.alarms.requests_per_minute
        self._alarm(
            "ServerErrors",
            gateway["5xx"],
            OPERATION_LIMIT,
            "The API answered 5xx more than three times in a minute.",
            periods=2,
        )
        self._alarm("Requests", gateway["count"], rate, "Many requests for 15 minutes.", periods=15)
        self._row(
            ("Requests", [gateway["count"]]),
            ("Errors", [gateway["4xx"], gateway["5xx"]]),
            ("Latency, ms", [gateway["latency"], gateway["p99"]]),
        )

    def capacity(self, hot: Mapping[str, sqs.CfnQueue], functions: Sequence[lambda_.Function]) -> None:
        """Watch what is paid by the hour, and the queues of hot pools."""
        vcpus = cloudwatch.Metric(
            namespace="AWS/Usage",
            metric_name="ResourceCount",
            dimensions_map={
                "Service": "Fargate",
                "Resource": "vCPU",
                "Type": "Resource",
                "Class": "Standard/OnDemand",
            },
            statistic="Maximum",
            period=Duration.minutes(5),
            label="Fargate vCPUs of the account",
        )
        self._alarm(
            "FargateVcpus",
            vcpus,
            self._deployment.alarms.fargate_vcpus,
            "Fargate costs more than was planned.",
            periods=3,
        )
        waiting = [
            cloudwatch.Metric(
                namespace="AWS/SQS",
                metric_name="ApproximateNumberOfMessagesVisible",
                dimensions_map={"QueueName": queue.attr_queue_name},
                statistic="Maximum",
                period=MINUTE,
                label=pool,
            )
            for pool, queue in hot.items()
        ]
        durations = [function.metric_duration(statistic="Sum", period=MINUTE) for function in functions]
        widgets = [("Fargate vCPUs", [vcpus]), ("Lambda, ms a minute", durations)]
        self._row(*widgets, *([("Waiting for hot workers", waiting)] if waiting else []))

    def finish(self) -> None:
        """Make the dashboard of all that was watched."""
        cloudwatch.Dashboard(self, "Dashboard", dashboard_name=self._deployment.name, widgets=self._rows)

    def _lines(self, name: str, group: logs.ILogGroup, pattern: logs.IFilterPattern, label: str) -> cloudwatch.Metric:
        """Count a log's lines of a pattern."""
        logs.MetricFilter(
            self,
            name,
            log_group=group,
            filter_pattern=pattern,
            metric_namespace=self._namespace,
            metric_name=name,
            default_value=0,
        )
        return cloudwatch.Metric(
            namespace=self._namespace,
            metric_name=name,
            statistic="Sum",
            period=Duration.minutes(5),
            label=label,
        )

    def _numbers(
        self, group: logs.ILogGroup, pattern: logs.IFilterPattern, names: Sequence[str]
    ) -> dict[str, cloudwatch.Metric]:
        for name in names:
            logs.MetricFilter(
                self,
                name.title().replace("_", ""),
                log_group=group,
                filter_pattern=pattern,
                metric_namespace=self._namespace,
                metric_name=name,
                metric_value=f"$.{name}",
            )
        return {
            name: cloudwatch.Metric(
                namespace=self._namespace, metric_name=name, statistic="Maximum", period=MINUTE, label=name
            )
            for name in names
        }

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        meaning: str,
        *,
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        comparison: cloudwatch.ComparisonOperator = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._deployment.name}-{name}",
            alarm_description=meaning,
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))
        alarm.add_ok_action(actions.SnsAction(self._topic))

    def _row(self, *graphs: tuple[str, Sequence[cloudwatch.IMetric]]) -> None:
        width = 24 // len(graphs)
        self._rows.append(
            [cloudwatch.GraphWidget(title=title, left=list(left), width=width) for title, left in graphs]
        )

    def _alarm_topic(self) -> sns.Topic:
        """Make the topic, under a key of its own: AWS's for SNS lets no alarm publish."""
        key = kms.Key(
            self,
            "Key",
            description=f"{self._deployment.name}: alarms",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        topic = sns.Topic(self, "Alarms", master_key=key, enforce_ssl=True)
        for service in ("cloudwatch.amazonaws.com", "budgets.amazonaws.com"):
            principal = iam.ServicePrincipal(
                service, conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            )
            key.grant(iam.ServicePrincipal(service), "kms:Decrypt", "kms:GenerateDataKey")
            topic.grant_publish(principal)
        if self._deployment.alarms.email:
            topic.add_subscription(subscriptions.EmailSubscription(self._deployment.alarms.email))
        return topic

    def _budget(self, dollars: int) -> None:
        budget = budgets.CfnBudget
        told = budget.SubscriberProperty(subscription_type="SNS", address=self._topic.topic_arn)
        made = budget(
            self,
            "Budget",
            budget=budget.BudgetDataProperty(
                budget_name=self._deployment.name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budget.SpendProperty(amount=dollars, unit="USD"),
            ),
            notifications_with_subscribers=[
                budget.NotificationWithSubscribersProperty(
                    notification=budget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=threshold,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[told],
                )
                for kind, threshold in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )
        made.node.add_dependency(self._topic)  # with its policy: AWS refuses a budget that may not tell its reader


def _total(label: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    """Return the sum of metrics of five minutes; of at most ten, where an alarm is to look at it."""
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL(e{number}, 0)" for number in range(len(metrics))),
        using_metrics={f"e{number}": metric for number, metric in enumerate(metrics)},
        label=label,
        period=Duration.minutes(5),
    )
