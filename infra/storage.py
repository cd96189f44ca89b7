"""Where data is: the tables and queues of core/schema.py, the bucket, and the master secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.aws import schema
from functions.core import cors
from infra.acknowledge import acknowledge
from infra.settings import Deployment

# Whole days, counted from the next midnight UTC: an object lives 24 to 48 hours.
EXPIRING: Final = ("payloads/", "results/", "uploads/")
MESSAGE_RETENTION: Final = Duration.days(2)  # as long as a job's record
MASTER_SECRET_CHARACTERS: Final = 64


class Storage(Construct):
    """All that holds state between two requests."""

    def __init__(self, scope: Construct, construct_id: str, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        self._removal = RemovalPolicy.RETAIN if deployment.keep_data else RemovalPolicy.DESTROY
        self._protected = deployment.keep_data
        self.jobs = self._table(schema.JOBS)
        self.keys = self._table(schema.KEYS)
        self.bucket = self._bucket(deployment.cors_origins)
        self.master_secret = self._master_secret(deployment.master_secret_generation)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=f"{deployment.prefix}dead-letters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.launches = sqs.Queue(
            self,
            "Launches",
            queue_name=f"{deployment.prefix}{schema.LAUNCH_QUEUE}",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(schema.LAUNCH_VISIBILITY_SECONDS),
            retention_period=MESSAGE_RETENTION,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=schema.LAUNCH_RECEIVES),
        )
        self.webhooks = sqs.Queue(
            self,
            "Webhooks",
            queue_name=f"{deployment.prefix}{schema.WEBHOOK_QUEUE}",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(schema.WEBHOOK_VISIBILITY_SECONDS),
            retention_period=MESSAGE_RETENTION,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=schema.WEBHOOK_RECEIVES),
        )
        self.queue_url_prefix = f"https://sqs.{Aws.REGION}.{Aws.URL_SUFFIX}/{Aws.ACCOUNT_ID}/{deployment.prefix}"

    def _table(self, table: schema.Table) -> dynamodb.Table:
        kinds = {"S": dynamodb.AttributeType.STRING, "N": dynamodb.AttributeType.NUMBER}
        made = dynamodb.Table(
            self,
            table.purpose.title(),
            partition_key=dynamodb.Attribute(name=table.partition.name, type=kinds[table.partition.type]),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute=table.ttl_attribute,
            deletion_protection=self._protected,
            removal_policy=self._removal,
        )
        for index in table.indexes:
            made.add_global_secondary_index(
                index_name=index.name,
                partition_key=dynamodb.Attribute(name=index.partition.name, type=kinds[index.partition.type]),
                sort_key=dynamodb.Attribute(name=index.sort.name, type=kinds[index.sort.type]),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )
        return made

    def _bucket(self, origins: Sequence[str]) -> s3.Bucket:
        """Return the bucket, whose objects live a day or two: it may go with the stack, if it is empty."""
        bucket = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id=prefix.rstrip("/"),
                    prefix=prefix,
                    expiration=Duration.days(1),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
                for prefix in EXPIRING
            ],
            cors=[_readable_by(origins)] if origins else None,
            removal_policy=self._removal,
        )
        acknowledge(
            bucket,
            {
                "AwsSolutions-S1": "Objects live a day or two, and each is named in its job's record; a log of every "
                "access would outlive and outweigh them. CloudTrail's data events give one where it is wanted."
            },
        )
        return bucket

    def _master_secret(self, generation: int) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            f"MasterSecret{generation}",
            description="All customers' secrets follow from this one; see README, Operations.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=MASTER_SECRET_CHARACTERS, exclude_punctuation=True
            ),
            removal_policy=self._removal,
        )
        acknowledge(
            secret,
            {
                "AwsSolutions-SMG4": "Every customer's secret follows from it, so a new one voids them all: that is "
                "decided by a person (setting master_secret_generation), not by a calendar."
            },
        )
        return secret


def _readable_by(origins: Sequence[str]) -> s3.CorsRule:
    """Let pages fetch artifacts by their URLs, and send the forms of POST /uploads: signatures say which."""
    return s3.CorsRule(
        allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.POST],
        allowed_origins=list(origins),
        allowed_headers=["*"],
        max_age=cors.KEPT_SECONDS,
    )
