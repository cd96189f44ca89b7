"""The gateway: its routes, limits and errors, and the server behind the two sync routes."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from functions.api import errors
from functions.aws import schema
from functions.post import sender
from functions.webhooks import app as webhooks
from infra.functions import RESERVED
from infra.gateway_errors import GATEWAY_ERRORS
from infra.packaging import ROOT
from infra.settings import Deployment
from tests.infra.assembly import Assembly, flat

LAMBDA_BYTES = 6 * 1024 * 1024  # of an event


def routes(assembly: Assembly) -> dict[tuple[str, str], dict[str, Any]]:
    """Return each method of the API by (path, verb)."""
    resources = assembly.properties("AWS::ApiGateway::Resource")

    def path(reference: str) -> str:
        name = reference.strip("<>")
        if name not in resources:
            return ""
        return f"{path(flat(resources[name]['ParentId']))}/{resources[name]['PathPart']}"

    methods = assembly.properties("AWS::ApiGateway::Method").values()
    return {(path(flat(each["ResourceId"])) or "/", each["HttpMethod"]): each for each in methods}


def test_every_path_leads_to_the_handler_and_long_or_large_answers_to_the_stream(
    assemblies: dict[str, Assembly],
) -> None:
    found = routes(assemblies["standard"])
    anything = {
        (path, "ANY")
        for path in ("/", "/{proxy+}", "/execute", "/execute/{proxy+}", "/run", "/run/{proxy+}", "/jobs")
    }
    streamed = {("/execute", "POST"), ("/run", "POST"), ("/jobs/{proxy+}", "ANY")}
    assert set(found) == anything | streamed
    for route, method in found.items():
        integration, stream = method["Integration"], route in streamed
        assert f"<Functions{'Sync' if stream else 'Api'}" in flat(integration["Uri"]), route
        assert integration["Type"] == "AWS_PROXY"
        assert flat(integration["Uri"]).endswith("/response-streaming-invocations" if stream else "/invocations")
        assert (integration.get("ResponseTransferMode") == "STREAM") == stream
        assert integration.get("TimeoutInMillis", 29_000) == (900_000 if stream else 29_000)


def test_without_streaming_one_function_answers_within_the_gateways_patience(assemblies: dict[str, Assembly]) -> None:
    assembly = assemblies["small"]
    assert set(routes(assembly)) == {("/", "ANY"), ("/{proxy+}", "ANY")}
    [api] = [
        each for name, each in assembly.properties("AWS::Lambda::Function").items() if name.startswith("FunctionsApi")
    ]
    assert api["Environment"]["Variables"]["SYNC_WAIT_SECONDS"] == "25"
    assert api["Timeout"] == 29


def test_the_streaming_function(assemblies: dict[str, Assembly]) -> None:
    functions = assemblies["standard"].properties("AWS::Lambda::Function")
    [sync] = [each for name, each in functions.items() if name.startswith("FunctionsSync")]
    variables = sync["Environment"]["Variables"]
    assert sync["Handler"] == "functions/api/serve.sh"
    assert sync["Timeout"] == 900
    assert float(variables["SYNC_WAIT_SECONDS"]) + 30 < sync["Timeout"]
    assert variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"
    assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"
    assert "layer:LambdaAdapterLayerArm64:27" in flat(sync["Layers"])
    assert sync["Architectures"] == ["arm64"]


def test_gateway_errors_have_the_one_shape(assembly: Assembly) -> None:
    made = assembly.properties("AWS::ApiGateway::GatewayResponse").values()
    kinds = {each["ResponseType"] for each in made}
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "WAF_FILTERED", "REQUEST_TOO_LARGE"} <= kinds
    codes = {code for by_code in errors.codes().values() for code in by_code}
    for each in made:
        body = json.loads(each["ResponseTemplates"]["application/json"])
        assert set(body) == {"error", "message"}
        assert "$context" not in str(body)  # API Gateway's own words can name ARNs
        assert body["error"] in codes
        status = each.get("StatusCode")
        parameters = each.get("ResponseParameters", {})
        if status in ("429", "503"):
            assert parameters["gatewayresponse.header.Retry-After"] == "'5'"
        if status:
            assert body["error"] in errors.codes()[int(status)]


def test_pages_of_other_origins_read_what_the_settings_let_them(assemblies: dict[str, Assembly]) -> None:
    """The gateway's own errors too, and in the bucket artifacts and the forms of uploads."""
    parameter = "gatewayresponse.header.Access-Control-Allow-Origin"
    for name, origins in (("standard", None), ("large", ["https://app.example.org"])):
        assembly = assemblies[name]
        functions = assembly.properties("AWS::Lambda::Function")
        [api] = [each for function, each in functions.items() if function.startswith("FunctionsApi")]
        assert api["Environment"]["Variables"].get("CORS_ORIGINS", "").split() == (origins or [])
        for each in assembly.properties("AWS::ApiGateway::GatewayResponse").values():
            assert each.get("ResponseParameters", {}).get(parameter) == ("'*'" if origins else None)
        [bucket] = assembly.properties("AWS::S3::Bucket").values()
        rules = bucket.get("CorsConfiguration", {}).get("CorsRules", [])
        assert [rule["AllowedOrigins"] for rule in rules] == ([origins] if origins else [])


def test_the_gateway_says_what_fits_into_a_request(assemblies: dict[str, Assembly]) -> None:
    """Every body is binary to it, for signatures cover its bytes, so Lambda gets it as base64 in the event."""
    [api] = assemblies["standard"].properties("AWS::ApiGateway::RestApi").values()
    assert api["BinaryMediaTypes"] == ["*/*"]
    told = GATEWAY_ERRORS["REQUEST_TOO_LARGE"].message
    body, files = (float(each) for each in re.findall(r"([\d.]+) MB", told))
    script = (ROOT / "functions/api/pages/options.js").read_text()
    [page] = re.findall(r"MAX_BYTES = ([\d_]+);", script)
    assert _event_bytes(_submission(int(files * 1e6))) < LAMBDA_BYTES < _event_bytes(_submission(int(files * 1.02e6)))
    assert _event_bytes(b"x" * int(body * 1e6)) < LAMBDA_BYTES < _event_bytes(b"x" * int(body * 1.01e6))
    assert _event_bytes(_submission(int(page)) + b"x" * 500_000) < LAMBDA_BYTES
    assert f"{int(page) // 1_000_000} MB together" in script


def _submission(size: int) -> bytes:
    content = base64.b64encode(bytes(size)).decode()
    return json.dumps({"language": "bash", "code": "1", "input_files": [{"content": content}]}).encode()


def _event_bytes(body: bytes) -> int:
    """Return the size of what Lambda gets of a request with 8 KB of headers, twice as API Gateway has them."""
    headers = {"Authorization": "Bearer x", "X-Long": "x" * 4000}
    event = {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()},
             "body": base64.b64encode(body).decode(), "isBase64Encoded": True}  # fmt: skip
    return len(json.dumps(event))


def test_limits_and_logs_of_the_stage(assemblies: dict[str, Assembly]) -> None:
    [stage] = assemblies["standard"].properties("AWS::ApiGateway::Stage").values()
    [settings] = stage["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (200, 400)
    assert settings["DataTraceEnabled"] is False
    line = stage["AccessLogSetting"]["Format"]
    assert set(json.loads(line)) >= {"request_id", "address", "method", "path", "status"}
    assert "header" not in line.lower()


def test_the_gateways_own_log_isnt_kept_for_ever(assemblies: dict[str, Assembly]) -> None:
    """It makes that log itself, without an end, unless it is there before the stage."""
    assembly = assemblies["standard"]
    [(name, stage)] = assembly.of_type("AWS::ApiGateway::Stage")
    [(log, group)] = [
        (each, made)
        for each, made in assembly.properties("AWS::Logs::LogGroup").items()
        if "Execution-Logs" in flat(made.get("LogGroupName", ""))
    ]
    api, of_stage = flat(stage["Properties"]["RestApiId"]), stage["Properties"]["StageName"]
    assert flat(group["LogGroupName"]) == f"API-Gateway-Execution-Logs_{api}/{of_stage}"
    assert group["RetentionInDays"] == 30
    assert log in stage["DependsOn"], name


def test_background_functions_keep_their_room_where_that_is_wanted(assemblies: dict[str, Assembly]) -> None:
    kept = {
        name: {
            re.sub(r"Functions(\w+?)[0-9A-F]{8}$", r"\1", each): function["ReservedConcurrentExecutions"]
            for each, function in assembly.properties("AWS::Lambda::Function").items()
            if "ReservedConcurrentExecutions" in function
        }
        for name, assembly in assemblies.items()
    }
    assert kept == {"small": {}, "standard": {}, "large": dict(RESERVED), "complete": {}}
    mapping = event_source(assemblies["large"], "LaunchWorker")
    assert mapping["ScalingConfig"]["MaximumConcurrency"] <= RESERVED["LaunchWorker"]
    described = Deployment.model_fields["reserve_concurrency"].description or ""
    assert f"Whether {sum(RESERVED.values())} of" in described
    assert f"below {100 + sum(RESERVED.values())}." in described


def event_source(assembly: Assembly, function: str) -> dict[str, Any]:
    """Return the mapping of a queue to this function."""
    [found] = [
        each
        for each in assembly.properties("AWS::Lambda::EventSourceMapping").values()
        if flat(each["FunctionName"]).startswith(f"<Functions{function}")
    ]
    return found


def test_webhooks_are_told_one_by_one_within_their_times(assemblies: dict[str, Assembly]) -> None:
    for assembly in assemblies.values():
        mapping = event_source(assembly, "Webhooks")
        assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2
        seconds = {
            re.sub(r"Functions(\w+?)[0-9A-F]{8}$", r"\1", name): each["Timeout"]
            for name, each in assembly.properties("AWS::Lambda::Function").items()
            if name.startswith("Functions")
        }
        assert sender.SECONDS < seconds["Post"] < seconds["Webhooks"] < webhooks.TRY_SECONDS
        assert 6 * seconds["Webhooks"] <= schema.WEBHOOK_VISIBILITY_SECONDS


def test_an_address_has_a_rate(assemblies: dict[str, Assembly]) -> None:
    [acl] = assemblies["standard"].properties("AWS::WAFv2::WebACL").values()
    [rule] = acl["Rules"]
    assert rule["Statement"]["RateBasedStatement"]["Limit"] == 10_000
    answer = rule["Action"]["Block"]["CustomResponse"]
    assert answer["ResponseCode"] == 429
    body = json.loads(acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"])
    assert body["error"] in errors.codes()[429]
    assert not acl["VisibilityConfig"]["SampledRequestsEnabled"]
    assert assemblies["small"].properties("AWS::WAFv2::WebACL") == {}


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("DeadLetters", "AWS/SQS"),
        ("QueueAge", "oldest_pending_seconds"),
        ("PlatformErrors", "Errors"),
        ("ServerErrors", "5XXError"),
        ("LaunchFailures", "LaunchWorkerErrors"),
        ("RunningJobs", "running"),
        ("FargateVcpus", "AWS/Usage"),
        ("Requests", "Count"),
        ("FunctionErrors", "Throttles"),
        ("SweepStopped", "Invocations"),
    ],
)
def test_alarms(name: str, meaning: str, assembly: Assembly) -> None:
    alarms = assembly.properties("AWS::CloudWatch::Alarm")
    [alarm] = [each for each in alarms.values() if each["AlarmName"].endswith(f"-{name}")]
    assert meaning in json.dumps(alarm)
    assert "MonitoringAlarms" in flat(alarm["AlarmActions"])
    assert len(alarm["AlarmDescription"]) > 20


def test_no_alarm_looks_at_more_than_cloudwatch_takes(assembly: Assembly) -> None:
    for alarm in assembly.properties("AWS::CloudWatch::Alarm").values():
        watched = [each for each in alarm.get("Metrics", []) if "MetricStat" in each]
        assert len(watched) <= 10
        for each in alarm.get("Metrics", []):
            if "Expression" in each:
                assert all(one["Id"] in each["Expression"] for one in watched)


def test_a_function_that_dies_and_a_sweep_that_doesnt_come_are_told(assembly: Assembly) -> None:
    alarms = {
        each["AlarmName"].rpartition("-")[2]: each for each in assembly.properties("AWS::CloudWatch::Alarm").values()
    }
    functions = {name for name in assembly.properties("AWS::Lambda::Function") if name.startswith("Functions")}
    watched: dict[str, set[str]] = {}
    for each in alarms["FunctionErrors"]["Metrics"] + alarms["Webhooks"]["Metrics"]:
        if "MetricStat" in each:
            metric = each["MetricStat"]["Metric"]
            assert metric["Namespace"] == "AWS/Lambda"
            watched.setdefault(metric["MetricName"], set()).add(flat(metric["Dimensions"][0]["Value"]).strip("<>"))
    assert watched["Errors"] == functions
    assert {re.split("[0-9A-F]{8}", name)[0] for name in watched["Throttles"]} == {
        "FunctionsLaunchWorker", "FunctionsTaskStopped", "FunctionsSweep", "FunctionsWebhooks", "FunctionsPost"
    }  # fmt: skip
    stopped = alarms["SweepStopped"]
    assert (stopped["ComparisonOperator"], stopped["Threshold"]) == ("LessThanThreshold", 1)
    assert stopped["TreatMissingData"] == "breaching"
    assert "FunctionsSweep" in json.dumps(stopped["Metrics"])


def test_the_sweeps_numbers_become_metrics(assembly: Assembly) -> None:
    filters = assembly.properties("AWS::Logs::MetricFilter").values()
    values = {each["MetricTransformations"][0]["MetricValue"] for each in filters}
    assert {"$.pending", "$.running", "$.oldest_pending_seconds", "$.helped"} <= values
    assert all(each["FilterPattern"].startswith("{ $.") for each in filters)
