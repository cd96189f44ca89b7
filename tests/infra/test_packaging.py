"""The Lambda assets: unpacked in an empty place, every handler is imported and invoked on them alone."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.aws import clients as aws
from functions.aws import schema
from functions.aws.files import S3FileStore
from functions.aws.jobs import DynamoJobStore
from functions.aws.keys import DynamoKeyStore
from functions.aws.settings import Settings
from infra import packaging
from infra.rehearsal import moto_aws
from infra.rehearsal.moto_process import MotoProcess
from tests.aws import KEY, MASTER
from tests.client import Client
from tests.infra.assembly import Assembly
from tests.infra.test_policies_by_use import sqs_event, stopped_event

POOL = "python-zerotrust"
AARCH64 = 183  # ELF's number of it

# What Lambda does: a path of its own, a handler by its name, an event. Prints the answers, and foreign modules.
RUNTIME = """
import importlib, json, sys
layer, task, standard = sys.argv[1:4]
sys.path += [task, layer + "/python"]
answers = {}
for name, event in json.load(sys.stdin):
    module, function = name.rsplit(".", 1)
    answers.setdefault(name, []).append(getattr(importlib.import_module(module), function)(event, None))
places = (layer, task, standard)
files = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
foreign = [each for each in files if each and not each.startswith(places)]
sys.stderr.flush()
print(json.dumps({"answers": answers, "foreign": foreign}))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The layer, made for this machine, and the code, each in its folder."""
    folder = tmp_path_factory.mktemp("lambda")
    python = ".".join(platform.python_version_tuple()[:2])
    layer = packaging.layer_zip(python, f"{platform.machine()}-manylinux_2_28")
    for archive, name in ((layer, "opt"), (packaging.code_zip(), "task")):
        zipfile.ZipFile(archive).extractall(folder / name)  # made here
    return folder / "opt", folder / "task"


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """A function's variables, leading to AWS as moto plays it; the customer's secret is in the last one."""
    server = MotoProcess()
    settings = Settings(
        jobs_table=moto_aws.PREFIX + "jobs",
        keys_table=moto_aws.PREFIX + "keys",
        bucket=moto_aws.PREFIX + "files",
        queue_url_prefix=f"{server.endpoint()}/{moto_aws.ACCOUNT}/{moto_aws.PREFIX}",
    )
    endpoint = settings.queue_url_prefix.split("/123", 1)[0]
    variables = {**moto_aws.environment(endpoint, server.credential), **settings.environment()}
    try:
        with moto_aws.used(variables):
            moto_aws.create_resources([POOL])
            store = DynamoJobStore(aws.dynamodb(), settings.jobs_table, S3FileStore(aws.s3(), settings.bucket))
            secret = DynamoKeyStore(aws.dynamodb(), settings.keys_table, MASTER.encode(), store).put(KEY)
            made = aws.secrets_manager().create_secret(Name="master", SecretString=MASTER)
        yield {**variables, "MASTER_SECRET_ARN": made["ARN"], "SECRET": secret}
    finally:
        server.stop()


def events(secret: str) -> dict[str, list[dict[str, Any]]]:
    """Return what each handler is invoked with, one after another."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    call = {"headers": headers, "requestContext": {}, "isBase64Encoded": False}
    pages = [{**call, "path": path, "httpMethod": "GET"} for path in ("/health", "/", "/docs", "/static/x/editor.js")]
    submit = {"path": "/execute/async", "httpMethod": "POST", "body": '{"language": "python", "code": "1"}'}
    return {
        "functions.api.app.handler": [*pages, {**call, **submit}],
        "functions.post.app.handler": [{"url": "https://127.0.0.1/", "headers": {}, "body": ""}],
        "functions.sweep.app.handler": [{}],
        "functions.launch_worker.app.handler": [sqs_event('{"job_id": "none", "pool": "python-zerotrust"}')],
        "functions.task_stopped.app.handler": [stopped_event("worker", "none")],
        "functions.webhooks.app.handler": [sqs_event("none")],
    }


def handlers(assembly: Assembly) -> set[str]:
    """Return the handlers of our own functions, the server's script aside."""
    functions = assembly.properties("AWS::Lambda::Function").values()
    return {each["Handler"] for each in functions if each["Handler"].startswith("functions.")}


def test_each_handler_runs_on_its_assets_alone(
    unpacked: tuple[Path, Path], environment: dict[str, str], assemblies: dict[str, Assembly]
) -> None:
    known = events(environment.pop("SECRET"))
    assert handlers(assemblies["standard"]) == set(known)
    calls = [(name, event) for name in sorted(known) for event in known[name]]
    more = {
        "CLUSTER": "c",
        "TASK_FAMILY_PREFIX": "code-",
        "IDLE_SECONDS": "60",
        "NETWORKS": "{}",
        "POST_FUNCTION": "p",
    }
    standard = str(Path(os.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUNTIME, *map(str, unpacked), standard],
        cwd="/",
        env={**environment, **more},
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout.splitlines()[-1])
    assert printed["foreign"] == []
    assert set(printed["answers"]) == set(known)
    *pages, submitted = printed["answers"]["functions.api.app.handler"]
    assert [each["statusCode"] for each in pages] == [200] * 4
    assert (submitted["statusCode"], json.loads(submitted["body"])["status"]) == (200, "pending")
    assert printed["answers"]["functions.sweep.app.handler"][0]["pending"] == 1
    assert printed["answers"]["functions.webhooks.app.handler"] == [{"batchItemFailures": []}]
    [refused] = printed["answers"]["functions.post.app.handler"]
    assert refused["error"].startswith("refused")


def test_the_server_behind_the_web_adapter_runs_on_its_assets_alone(
    unpacked: tuple[Path, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    """As the adapter runs it: the handler of the template is a script, which leads to the layer's packages."""
    layer, task = unpacked
    secret = environment.pop("SECRET")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = tmp_path / "serve.sh"
    script.write_text((task / "functions/api/serve.sh").read_text().replace("/opt/python", f"{layer}/python"))
    (tmp_path / "python3").write_text(
        f'#!/bin/sh\nexec {sys.executable} -S "$@"\n'
    )  # without this machine's packages
    (tmp_path / "python3").chmod(0o755)
    more = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LAMBDA_TASK_ROOT": str(task), "AWS_LWA_PORT": str(port),
            "SYNC_WAIT_SECONDS": "1"}  # fmt: skip
    with subprocess.Popen(["/bin/bash", str(script)], cwd="/", env={**environment, **more}) as server:
        try:
            client = Client(f"http://127.0.0.1:{port}", secret)
            _wait_until_healthy(client, server)
            answer = client.post("/execute", {"language": "python", "code": "1"})
            assert (answer.status, answer.json["status"]) == (200, "running")
            assert client.request("GET", f"/jobs/{answer.json['job_id']}").json["status"] == "pending"
        finally:
            server.terminate()


def _wait_until_healthy(client: Client, server: subprocess.Popen[bytes]) -> None:
    """Look at /health until it answers, as the adapter does."""
    while server.poll() is None:
        try:
            assert client.request("GET", "/health").status == 200
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server ended with {server.returncode}")


def test_the_layer_is_for_lambdas_processor_and_python() -> None:
    with zipfile.ZipFile(packaging.layer_zip()) as layer:
        names = layer.namelist()
        compiled = [name for name in names if name.endswith(".so")]
        assert any("pydantic_core" in name for name in compiled)
        for name in compiled:
            assert int.from_bytes(layer.read(name)[18:20], "little") == AARCH64, name
            assert "abi3" in name or f"cpython-{packaging.PYTHON.replace('.', '')}-aarch64" in name, name
        assert all(name.startswith("python/") for name in names)
        assert sum(entry.file_size for entry in layer.infolist()) < 200_000_000  # Lambda takes 250 MB, code included


def test_the_same_contents_make_the_same_bytes() -> None:
    first = packaging.code_zip()
    before = first.read_bytes()
    first.unlink()
    assert packaging.code_zip().read_bytes() == before


def test_the_code_holds_what_handlers_read_and_the_server_may_be_run() -> None:
    with zipfile.ZipFile(packaging.code_zip()) as code:
        names = set(code.namelist())
        assert code.getinfo("functions/api/serve.sh").external_attr >> 16 & 0o111
    assert {"runtime_images/python/language.toml", "runtime_images/python/hello.py"} <= names
    assert not any(
        name.startswith(("infra/", "tests/")) or name.endswith((".pyc", "requirements.txt")) for name in names
    )
    assert schema.__file__.rsplit("/", 1)[1] in {name.rsplit("/", 1)[1] for name in names}
