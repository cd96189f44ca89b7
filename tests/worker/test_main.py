"""The worker's own process where it can run no job: it says so, waits, and ends with a code of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from functions.aws.tasks import UNFIT
from tests.conftest import ROOT


def test_without_its_walls_it_says_so_and_waits() -> None:
    """This machine isn't such a container: no job may run in it. ECS would replace at once what ends at once."""
    environment = {**os.environ, "LANGUAGE": "python", "NETWORK_MODE": "zerotrust"}
    command = [sys.executable, "-m", "runtime_images.worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        line = json.loads(worker.stdout.readline())
        assert (line["level"], line["message"]) == ("ERROR", "no job runs here")
        assert line["exception_name"] == "SandboxUnavailableError"
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(0.5)
        worker.terminate()
        assert worker.wait(10) == UNFIT
