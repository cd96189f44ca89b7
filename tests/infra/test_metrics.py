"""The metrics' filters find the lines that functions and workers really write, and no others."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from functions.api import errors
from functions.launch_worker import app as launch_worker
from functions.sweep import app as sweep
from functions.task_stopped import app as task_stopped
from functions.webhooks import app as webhooks
from runtime_images.worker import worker
from tests.aws import cloud
from tests.infra.assembly import Assembly

PATTERN = re.compile(r'\{ \$\.(\w+) = "(\w+)" \}')
LOGGERS = {
    "ApiErrors": errors.logger,
    "SyncErrors": errors.logger,
    "LaunchWorkerErrors": launch_worker.logger,
    "TaskStoppedErrors": task_stopped.logger,
    "SweepErrors": sweep.logger,
    "WebhooksErrors": webhooks.logger,
    "ZerotrustWorkersErrors": worker.logger,
    "SemitrustedWorkersErrors": worker.logger,
}


def filters(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Return each metric's filter by the metric's name."""
    found = assembly.properties("AWS::Logs::MetricFilter").values()
    return {each["MetricTransformations"][0]["MetricName"]: each for each in found}


def matches(pattern: str, line: Mapping[str, Any]) -> bool:
    """Whether CloudWatch would count a line of JSON for a pattern of the one kind that we have."""
    found = PATTERN.fullmatch(pattern)
    assert found, pattern
    return line.get(found[1]) == found[2]


def written(logger: Logger, level: int) -> dict[str, Any]:
    """Return the line that a logger makes of a message, as it goes to the log."""
    try:
        raise OSError("for the traceback")
    except OSError:
        record = logging.LogRecord("name", level, "file.py", 1, "it failed", None, sys.exc_info())
    line = logger.registered_formatter.format(record)
    assert "\n" not in line  # each line is an event of its own
    found: dict[str, Any] = json.loads(line)
    return found


def test_errors_are_counted_and_nothing_else(assemblies: dict[str, Assembly]) -> None:
    made = filters(assemblies["standard"])
    assert {name for name in made if name.endswith("Errors")} == set(LOGGERS)
    for name, logger in LOGGERS.items():
        assert matches(made[name]["FilterPattern"], written(logger, logging.ERROR)), name
        for level in (logging.INFO, logging.WARNING):
            assert not matches(made[name]["FilterPattern"], written(logger, level)), name


def test_the_sweeps_line_has_the_numbers(assemblies: dict[str, Assembly], caplog: pytest.LogCaptureFixture) -> None:
    made = filters(assemblies["standard"])
    with cloud():
        sweep.handler({})
    line = json.loads(sweep.logger.registered_formatter.format(caplog.records[-1]))
    numbers = {name: each for name, each in made.items() if name not in {*LOGGERS, "StoppedPools"}}
    assert set(numbers) == {"pending", "running", "oldest_pending_seconds", "helped"}
    for name, each in numbers.items():
        assert matches(each["FilterPattern"], line)
        value = each["MetricTransformations"][0]["MetricValue"]
        assert type(line[value.removeprefix("$.")]) is int, name


def test_each_alarms_metric_is_one_that_is_made(assembly: Assembly) -> None:
    made = filters(assembly)
    namespaces = {each["MetricTransformations"][0]["MetricNamespace"] for each in made.values()}
    [namespace] = namespaces
    own: set[str] = set()
    for alarm in assembly.properties("AWS::CloudWatch::Alarm").values():
        for each in alarm.get("Metrics", []):
            metric = each.get("MetricStat", {}).get("Metric", {})
            if metric.get("Namespace") == namespace:
                own.add(metric["MetricName"])
                assert "Dimensions" not in metric
    assert own <= set(made)
    assert own >= {"running", "oldest_pending_seconds", "LaunchWorkerErrors", "ZerotrustWorkersErrors"}
