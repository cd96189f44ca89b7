from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.images.store import default_folder
from tests.aws import DYNAMODB_LOCAL
from tests.client import Client
from tests.dynamodb_local import server
from tests.infra.assembly import Assembly, example, synthesize
from tests.infra.data_template import data_template
from tests.together import (
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_protocol,
    pytest_xdist_make_scheduler,
)

__all__ = [  # pytest's hooks
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_protocol",
    "pytest_xdist_make_scheduler",
]

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--base-url", help="test this deployment over HTTP instead of a local service")
    parser.addoption("--rehearsal", action="store_true", help="test the rehearsal of the cloud in its place")
    parser.addoption("--with-images", action="store_true", help="let the local service use the images made here")
    parser.addoption("--fuzz", type=int, metavar="N", help="fuzz the API at length, with N examples an operation")
    parser.addoption("--dynamodb-local", type=Path, metavar="JARS", help="use Amazon's DynamoDB Local, not moto's")
    parser.addoption("--key", help="secret key for --base-url")


@pytest.fixture(scope="session", autouse=True)
def dynamodb_local(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have `cloud` keep its tables in DynamoDB Local, where --dynamodb-local says so."""
    jars = request.config.getoption("--dynamodb-local")
    if not jars:
        yield
        return
    with server.running(jars) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(DYNAMODB_LOCAL, url)
        yield


@pytest.fixture(scope="session", autouse=True)
def ctrl_c() -> None:
    """Let what tests start hear Ctrl-C, though a shell has its background commands, this one perhaps, ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True, slots=True)
class LocalService:
    """A running `python -m infra.local`, or infra.rehearsal."""

    process: subprocess.Popen[str]
    base_url: str
    secret: str
    state: Path
    greeting: str
    rehearsal: bool

    @property
    def client(self) -> Client:
        return Client(self.base_url, self.secret)

    @property
    def keys_place(self) -> tuple[str, str]:
        """How infra.keys is told of it."""
        return ("--rehearsal" if self.rehearsal else "--local", str(self.state))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the service, wait for its end, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(10)
        finally:
            assert self.process.stdout
            self.process.stdout.close()


@contextmanager
def serving(
    state: Path, *options: str, rehearsal: bool = False, through: Sequence[str] = (), **environment: str
) -> Iterator[LocalService]:
    """Start a service as `start_service` does, and end it after the block if it hasn't by then."""
    running = start_service(state, *options, rehearsal=rehearsal, through=through, **environment)
    try:
        yield running
    finally:
        running.stop()


def start_service(
    state: Path, *options: str, rehearsal: bool = False, through: Sequence[str] = (), **environment: str
) -> LocalService:
    """Start a service, or a rehearsal of the cloud, on a free port, and wait until it serves.

    `environment` is added to this process's. `through` is a command that becomes the service's, which it finds as its
    further arguments.
    """
    (state / "key.env").unlink(missing_ok=True)
    if "--images" not in options:
        options = (*options, "--images", str(state / "none"))  # what a machine happens to have mustn't matter
    module = "infra.rehearsal" if rehearsal else "infra.local"
    argv = [*through, sys.executable, "-m", module, "--port", "0", "--state-dir", str(state), *options]
    log = (state.parent / f"{state.name}.log").open("w")
    process = subprocess.Popen(
        argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **environment}
    )
    log.close()
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    else:
        process.stdout.close()
        process.wait(10)
        message = "".join(lines) + Path(log.name).read_text()
        raise AssertionError(message)
    values = dict(line.strip().split("=", 1) for line in (state / "key.env").read_text().splitlines())
    url, secret = values["UNSANDBOX_BASE_URL"], values["UNSANDBOX_SECRET_KEY"]
    return LocalService(process, url, secret, state, "".join(lines), rehearsal)


@pytest.fixture(scope="session")
def standard_assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The standard example, synthesized once."""
    return synthesize(example("standard"), tmp_path_factory.mktemp("standard"))


@pytest.fixture(scope="session")
def shared_options(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What the services that many tests speak to are started with."""
    images = ("--images", str(default_folder())) if request.config.getoption("--with-images") else ()
    webhooks = ("--webhook-http", "--webhook-private")  # so that tests can have receivers of their own
    return ("--workers", "2", *webhooks, *images)


@pytest.fixture(scope="session")
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_options: tuple[str, ...]
) -> Iterator[LocalService]:
    """One local service for all tests that only speak HTTP to it; the rehearsal, where --rehearsal says so."""
    if request.config.getoption("--rehearsal"):
        yield request.getfixturevalue("rehearsal")
        return
    with serving(tmp_path_factory.mktemp("state"), *shared_options) as running:
        yield running


@pytest.fixture(scope="session")
def rehearsal(
    tmp_path_factory: pytest.TempPathFactory, shared_options: tuple[str, ...], standard_assembly: Assembly
) -> Iterator[LocalService]:
    """One rehearsal of the cloud, on what CloudFormation makes of the template."""
    template = tmp_path_factory.mktemp("template") / "data.json"
    template.write_text(json.dumps(data_template(standard_assembly)))
    options = (*shared_options, "--template", str(template))
    with serving(tmp_path_factory.mktemp("rehearsal"), *options, rehearsal=True) as running:
        yield running


@pytest.fixture(scope="session")
def api(request: pytest.FixtureRequest) -> Client:
    """The API under test: a deployment named by --base-url, or the local service."""
    base_url = request.config.getoption("--base-url")
    if base_url:
        return Client(base_url, request.config.getoption("--key") or os.environ["UNSANDBOX_SECRET_KEY"])
    running: LocalService = request.getfixturevalue("service")
    return running.client


def wait_until(condition: object, seconds: float = 10) -> None:
    """Wait for a condition that another process brings about."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
