"""The public side: the REST API, its limits, its logs, its own errors in our shape, and its name."""

from __future__ import annotations

import json
from typing import Final

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as route53_targets
from constructs import Construct

from infra import gateway_errors
from infra.acknowledge import acknowledge
from infra.firewall import Firewall
from infra.functions import STAGE, Functions
from infra.logbook import log_group
from infra.settings import Deployment

STREAM_SECONDS: Final = 900
SYNC_ROUTES: Final = ("execute", "run")

PUSH_LOGS: Final = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class Api(Construct):
    """API Gateway's REST API: all goes to one function, sync calls and single jobs to the one that streams."""

    def __init__(self, scope: Construct, construct_id: str, deployment: Deployment, functions: Functions) -> None:
        super().__init__(scope, construct_id)
        self.rest = apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=deployment.name,
            description="Code execution service",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            binary_media_types=["*/*"],  # bodies arrive as the bytes that were signed
            cloud_watch_role=deployment.gateway_logging,
            deploy_options=self._stage(deployment),
            disable_execute_api_endpoint=deployment.domain is not None,
        )
        if deployment.gateway_logging:
            self._keep_execution_log(deployment)
        self._route(functions)
        gateway_errors.add_to(self.rest, for_pages=bool(deployment.cors_origins))
        if deployment.requests_per_address:
            Firewall(self, "Firewall", deployment.name, deployment.requests_per_address, self.rest.deployment_stage)
        self.rest.node.try_remove_child("Endpoint")  # CDK's own output; ours has the deployer's name
        url = self._domain(deployment) if deployment.domain else self.rest.url
        CfnOutput(self, "Url", value=url).override_logical_id("ApiUrl")
        self._acknowledge(deployment)

    def _stage(self, deployment: Deployment) -> apigateway.StageOptions:
        log = log_group(self, "AccessLog", deployment) if deployment.gateway_logging else None
        return apigateway.StageOptions(
            stage_name=STAGE,
            throttling_rate_limit=deployment.requests_per_second,
            throttling_burst_limit=deployment.burst_requests,
            access_log_destination=apigateway.LogGroupLogDestination(log) if log else None,
            access_log_format=apigateway.AccessLogFormat.custom(_access_line()) if log else None,
            logging_level=apigateway.MethodLoggingLevel.ERROR if log else None,
            data_trace_enabled=False,  # it would log bodies: customers' code
            metrics_enabled=True,
        )

    def _keep_execution_log(self, deployment: Deployment) -> None:
        """Make the log of the gateway's own errors, which it would make itself, to be kept for ever."""
        name = f"API-Gateway-Execution-Logs_{self.rest.rest_api_id}/{STAGE}"
        self.rest.deployment_stage.node.add_dependency(log_group(self, "ExecutionLog", deployment, name))

    def _route(self, functions: Functions) -> None:
        rest = apigateway.LambdaIntegration(functions.api, scope_permission_to_method=False)
        self.rest.root.add_method("ANY", rest)
        self.rest.root.add_resource("{proxy+}").add_method("ANY", rest)
        if functions.sync:
            self._stream(rest, _streamed(functions.sync))

    def _stream(self, rest: apigateway.LambdaIntegration, stream: apigateway.LambdaIntegration) -> None:
        """Stream what may take long, and what may be large: an answer that is sent whole has 6 MB at most."""
        for name in SYNC_ROUTES:
            route = self.rest.root.add_resource(name)
            route.add_method("ANY", rest)
            route.add_method("POST", stream)
            route.add_resource("{proxy+}").add_method("ANY", rest)
        jobs = self.rest.root.add_resource("jobs")
        jobs.add_method("ANY", rest)
        jobs.add_resource("{proxy+}").add_method("ANY", stream)

    def _domain(self, deployment: Deployment) -> str:
        """Give the API the deployer's name; return its URL."""
        wanted = deployment.domain
        assert wanted is not None  # noqa: S101  # the caller looked
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", wanted.certificate_arn)
        name = self.rest.add_domain_name(
            "Domain",
            domain_name=wanted.name,
            certificate=certificate,
            endpoint_type=apigateway.EndpointType.REGIONAL,
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        if wanted.hosted_zone_id:
            zone = route53.HostedZone.from_hosted_zone_attributes(
                self, "Zone", hosted_zone_id=wanted.hosted_zone_id, zone_name=wanted.name.partition(".")[2]
            )
            target = route53.RecordTarget.from_alias(route53_targets.ApiGatewayDomain(name))
            route53.ARecord(self, "Record", zone=zone, record_name=f"{wanted.name}.", target=target)
        else:
            CfnOutput(self, "Target", value=name.domain_name_alias_domain_name).override_logical_id("DomainTarget")
        return f"https://{wanted.name}/"

    def metrics(self) -> dict[str, cloudwatch.Metric]:
        """Return what is to be watched of the API."""
        minute = Duration.minutes(1)
        return {
            "count": self.rest.metric_count(period=minute, statistic="Sum", label="requests"),
            "4xx": self.rest.metric_client_error(period=minute, statistic="Sum", label="4xx"),
            "5xx": self.rest.metric_server_error(period=minute, statistic="Sum", label="5xx"),
            "latency": self.rest.metric_latency(period=minute, statistic="p50", label="median"),
            "p99": self.rest.metric_latency(period=minute, statistic="p99", label="99 of 100"),
        }

    def _acknowledge(self, deployment: Deployment) -> None:
        reasons = {
            "AwsSolutions-APIG2": "The function validates every field and answers in the one error shape, with the "
            "field's name; a gateway's validator would answer otherwise.",
            "AwsSolutions-APIG4": "Keys are this service's own, by secret or signature over the raw body, which an "
            "authorizer doesn't see; the function refuses all else before it reads a table.",
            "AwsSolutions-COG4": "See APIG4: callers are programs with keys, not people in a user pool.",
        }
        if not deployment.requests_per_address:
            reasons["AwsSolutions-APIG3"] = (
                "The settings choose no WAF; the stage's throttling and the keys' limits stay."
            )
        if deployment.gateway_logging:
            rule = f"AwsSolutions-IAM4[Policy::{PUSH_LOGS}]"
            reasons[rule] = "It is what API Gateway's one role per account takes."
        else:
            reasons |= dict.fromkeys(
                ("AwsSolutions-APIG1", "AwsSolutions-APIG6"),
                "The settings choose no access logs, which would change the account's one role for them.",
            )
        acknowledge(self, reasons)


def _streamed(function: lambda_.Function) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(
        function,
        scope_permission_to_method=False,
        response_transfer_mode=apigateway.ResponseTransferMode.STREAM,
        timeout=Duration.seconds(STREAM_SECONDS),
    )


def _access_line() -> str:
    """Return the format of the access log: who, what, how long; no header, so no secret."""
    context = apigateway.AccessLogField
    return json.dumps(
        {
            "time": context.context_request_time_epoch(),
            "request_id": context.context_request_id(),
            "address": context.context_identity_source_ip(),
            "method": context.context_http_method(),
            "path": context.context_path(),
            "status": context.context_status(),
            "ms": context.context_response_latency(),
            "bytes": context.context_response_length(),
            "gateway_error": context.context_error_response_type(),
            "waf": context.context_waf_response_code(),
        }
    )
