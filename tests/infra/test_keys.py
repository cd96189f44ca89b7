"""infra.keys against a running service, and against a stack's outputs."""

from __future__ import annotations

import json
import subprocess
import sys

import boto3
import pytest

from functions.aws import clients
from infra import keys
from tests.aws import MASTER, cloud
from tests.client import Client
from tests.conftest import ROOT, LocalService
from tests.receiver import receiving


def command(service: LocalService, *arguments: str) -> subprocess.CompletedProcess[str]:
    name, *rest = arguments
    argv = [sys.executable, "-m", "infra.keys", name, *service.keys_place, *rest]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_life_of_a_key(service: LocalService) -> None:
    made = command(
        service, "create", "--name", "Ada", "--rate", "60", "--burst", "5", "--concurrency", "2", "--days", "30"
    )
    assert made.returncode == 0, made.stderr
    assert "shown this once" in made.stderr
    key = json.loads(made.stdout)
    public, client = key["public_key"], Client(service.base_url, key["secret_key"])
    facts = client.request("GET", "/keys/self").json
    assert (facts["public_key"], facts["rate_per_minute"], facts["burst"], facts["concurrency"]) == (public, 60, 5, 2)

    listed = [json.loads(line) for line in command(service, "list").stdout.splitlines()]
    assert [each["name"] for each in listed if each["public_key"] == public] == ["Ada"]
    assert key["secret_key"] not in command(service, "list").stdout

    assert json.loads(command(service, "limit", public, "--concurrency", "7").stdout)["concurrency"] == 7
    assert client.request("GET", "/keys/self").json["concurrency"] == 7
    assert key["one_job_per_signature"] is False
    for wanted in ("yes", "no"):
        assert command(service, "limit", public, "--one-job-per-signature", wanted).returncode == 0
        assert client.request("GET", "/keys/self").json["one_job_per_signature"] is (wanted == "yes")
    for change, status in (("suspend", 401), ("resume", 200)):
        assert command(service, change, public).returncode == 0
        assert client.request("GET", "/keys/self").status == status
    assert command(service, "expire", public, "--days", "0").returncode == 0
    assert client.request("POST", "/keys/validate").json == {"valid": False, "reason": "expired"}
    assert json.loads(command(service, "expire", public).stdout)["expires_at"] is None
    assert client.request("GET", "/keys/self").status == 200


def test_a_keys_webhook(service: LocalService) -> None:
    with receiving() as receiver:
        made = json.loads(command(service, "create", "--name", "Ada", "--webhook", f"{receiver.url}/a").stdout)
        public, client = made["public_key"], Client(service.base_url, made["secret_key"])
        for path in ("/a", "/b"):
            client.execute("bash", "echo told")
            received = receiver.wait(1 if path == "/a" else 2)[-1]
            assert received.path == path
            assert received.verified(made["webhook_secret"])["result"]["stdout"] == "told\n"
            changed = command(service, "webhook", public, "--url", f"{receiver.url}/b")
            assert json.loads(changed.stdout)["webhook"] == f"{receiver.url}/b"
        own = client.submit("bash", "echo told", webhook={"url": f"{receiver.url}/own"})
        assert receiver.wait(3)[-1].path == "/own"
        assert made["webhook_secret"] not in command(service, "list").stdout
        assert json.loads(command(service, "webhook", public, "--none").stdout)["webhook"] is None
        assert "webhook" not in client.finished(client.submit("bash", "echo untold"))
        assert client.job(own)["webhook"]["url"] == f"{receiver.url}/own"
    refused = command(service, "webhook", public)
    assert (refused.returncode, "--url" in refused.stderr) == (1, True)
    assert command(service, "webhook", public, "--url", "ftp://example.com/").returncode == 2


def test_what_cannot_be_done_is_said(service: LocalService) -> None:
    unknown = command(service, "suspend", "unsb-pk-aaaa-bbbb-cccc-dddd")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "there is no key unsb-pk-aaaa-bbbb-cccc-dddd" in unknown.stderr
    assert "at least one limit" in command(service, "limit", "unsb-pk-aaaa-bbbb-cccc-dddd").stderr
    assert command(service, "create", "--name", "x", "--rate", "0").returncode == 2
    for place, told in (("--local", "start scripts/local"), ("--rehearsal", "start scripts/rehearse")):
        argv = [sys.executable, "-m", "infra.keys", "list", place, "nowhere"]
        nowhere = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (nowhere.returncode, told in nowhere.stderr) == (1, True)


def test_without_boto3_a_stack_is_refused_in_a_sentence() -> None:
    script = "import sys; sys.modules['boto3'] = None; from infra import keys; sys.exit(keys.main(sys.argv[1:]))"
    argv = [sys.executable, "-c", script, "list", "--stack", "code"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("infra.keys: boto3 isn't installed: pip install ")
    assert "Traceback" not in done.stderr


def test_a_rate_is_also_what_can_come_at_once(service: LocalService) -> None:
    for rate, burst in ((10, 10), (1000, 100)):
        made = command(service, "create", "--name", "x", "--rate", str(rate))
        assert json.loads(made.stdout)["burst"] == burst


def test_a_stack_is_found_by_its_outputs(capsys: pytest.CaptureFixture[str]) -> None:
    with cloud() as aws:
        arn = clients.secrets_manager().create_secret(Name="master", SecretString=MASTER)["ARN"]
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"KeysTable": {"Value": aws.settings.keys_table}, "MasterSecretArn": {"Value": arn}},
        }
        formation = boto3.client("cloudformation")
        formation.create_stack(StackName="code", TemplateBody=json.dumps(template))
        template["Outputs"] = {}
        formation.create_stack(StackName="other", TemplateBody=json.dumps(template))
        assert keys.main(["create", "--stack", "code", "--name", "Grace"]) == 0
        assert keys.main(["list", "--stack", "code"]) == 0
        names = [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()]
        assert names.count("Grace") == 2
        for stack, reason in (("other", "has no output"), ("absent", "does not exist")):
            assert keys.main(["list", "--stack", stack]) == 1
            assert reason in capsys.readouterr().err
