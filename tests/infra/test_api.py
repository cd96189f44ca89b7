"""The gateway: its routes, limits and errors, and the server behind the two sync routes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api import errors
from tests.infra.assembly import Assembly, flat


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


def test_every_path_leads_to_the_handler_and_sync_calls_to_the_stream(assemblies: dict[str, Assembly]) -> None:
    found = routes(assemblies["standard"])
    anything = {
        (path, "ANY") for path in ("/", "/{proxy+}", "/execute", "/execute/{proxy+}", "/run", "/run/{proxy+}")
    }
    streamed = {("/execute", "POST"), ("/run", "POST")}
    assert set(found) == anything | streamed
    for (path, verb), method in found.items():
        integration = method["Integration"]
        function = "Sync" if verb == "POST" else "Api"
        assert f"<Functions{function}" in flat(integration["Uri"]), path
        assert integration["Type"] == "AWS_PROXY"
        assert (integration.get("ResponseTransferMode") == "STREAM") == (verb == "POST")
        assert integration.get("TimeoutInMillis", 29_000) == (900_000 if verb == "POST" else 29_000)


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
        if status in ("429", "503"):
            assert each["ResponseParameters"] == {"gatewayresponse.header.Retry-After": "'5'"}
        if status:
            assert body["error"] in errors.codes()[int(status)]


def test_limits_and_logs_of_the_stage(assemblies: dict[str, Assembly]) -> None:
    [stage] = assemblies["standard"].properties("AWS::ApiGateway::Stage").values()
    [settings] = stage["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (200, 400)
    assert settings["DataTraceEnabled"] is False
    line = stage["AccessLogSetting"]["Format"]
    assert set(json.loads(line)) >= {"request_id", "address", "method", "path", "status"}
    assert "header" not in line.lower()


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
    ],
)
def test_alarms(name: str, meaning: str, assembly: Assembly) -> None:
    alarms = assembly.properties("AWS::CloudWatch::Alarm")
    [alarm] = [each for each in alarms.values() if each["AlarmName"].endswith(f"-{name}")]
    assert meaning in json.dumps(alarm)
    assert "MonitoringAlarms" in flat(alarm["AlarmActions"])
    assert len(alarm["AlarmDescription"]) > 20


def test_the_sweeps_numbers_become_metrics(assembly: Assembly) -> None:
    filters = assembly.properties("AWS::Logs::MetricFilter").values()
    values = {each["MetricTransformations"][0]["MetricValue"] for each in filters}
    assert {"$.pending", "$.running", "$.oldest_pending_seconds", "$.helped"} <= values
    assert all(each["FilterPattern"].startswith("{ $.") for each in filters)
