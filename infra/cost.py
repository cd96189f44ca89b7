"""What a deployment costs, each line with its arithmetic: `python -m infra.cost [SETTINGS]`, or scripts/cost."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from functions.aws.output import UNITS_PER_SECOND
from functions.aws.pace import Pace
from functions.aws.queue import WORKER_POLL_SECONDS
from functions.core.languages import Catalog, catalog
from infra import fargate, prices, settings
from infra.offered import offered
from infra.packaging import ROOT
from infra.settings import Deployment

# The AWS calls of a sync job on a warm pool, one heartbeat's worth short: tests/infra/test_cost.py holds them to a
# service's log. GetItem is one more for each look at a longer job.
CALLS: Final = {
    "DynamoDB.UpdateItem": 3,  # the key's record; claim; finish
    "DynamoDB.PutItem": 1,
    "DynamoDB.GetItem": 2,
    "AmazonSQS.SendMessage": 1,
    "AmazonSQS.ReceiveMessage": 1,
    "AmazonSQS.DeleteMessage": 1,
}
# Write units, with items of 1 to 2 KB: the key's record 1; put 1, and its index entry 1; claim 2; finish 2, and its
# index entry 1.
WRITES: Final = 8
HEARTBEAT_WRITES: Final = 2  # each second; tests/writes counts those of whole jobs
TALKATIVE_WRITES: Final = UNITS_PER_SECOND  # each second besides, of a job that prints all that can be shown
KEPT_WRITES: Final = 4  # where workers are kept: one waits, is given a job; or a job is noted, and taken
KEPT_READS: Final = 2  # for a submission and its worker, beside a worker's looks while it waits
WEBHOOK_WRITES: Final = 6  # its end's entry in an index 1; its try begun 2, and that entry's end 1; its outcome 2
WEBHOOK_CALLS: Final = 3  # of SQS: sent, received, deleted
WEBHOOK_GB_SECONDS: Final = 2 * 0.25 * 0.3  # the function that tells an end, and the one that sends its request
LAUNCH_CALLS: Final = 3  # of SQS, for a job that a worker is started for: sent, received, deleted
ENDPOINTS: Final = 4  # interface endpoints: SQS, ECR twice, logs
ALARMS: Final = 13
METRICS: Final = 13  # from logs
IMAGE_GB: Final = 0.2  # of an image, where it shares no layer with others
ANSWER_KB: Final = 2
LOG_KB: Final = 2  # of a job: what its worker, its functions and the gateway say
DNS_QUERIES: Final = 14  # of a task: the seven names that it may know, for both kinds of address
PAID_SECONDS: Final = 60  # at least, for a task
FUNCTION_SECONDS: Final = 0.05  # of the API's function beside its wait
LAUNCH_FUNCTION_GB_SECONDS: Final = 0.25 * 0.1  # launch_worker's memory and time for a job
SWEEP_GB_SECONDS: Final = 0.25 * 0.3


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is paid: the product of its factors, each with its unit."""

    name: str
    factors: tuple[tuple[float, str], ...]

    @property
    def dollars(self) -> float:
        """The amount."""
        return math.prod(factor for factor, _ in self.factors)

    @property
    def arithmetic(self) -> str:
        """How it comes about."""
        return " x ".join(f"{factor:,.10g} {unit}".strip() for factor, unit in self.factors)


@dataclass(frozen=True, slots=True)
class Load:
    """What the jobs are like."""

    job_seconds: float = 1.0  # of a program, compiled and run
    start_seconds: float = 40.0  # from RunTask to a worker that waits: paid, too
    language: str = "python"
    talkative: bool = False  # whether it prints as much as can be shown


def task_hour(deployment: Deployment, catalog: Catalog, language: str) -> float:
    """Return the price of a language's task for an hour."""
    units, memory = fargate.size(catalog[language].limits, deployment.task_cpu)
    kind = deployment.architecture
    return units / 1024 * prices.FARGATE_VCPU_HOUR[kind] + memory / 1024 * prices.FARGATE_GB_HOUR[kind]


def monthly(deployment: Deployment, catalog: Catalog) -> list[Line]:
    """Return what a month costs without a single job."""
    month, minutes = (prices.HOUR_PER_MONTH, "h"), prices.HOUR_PER_MONTH * 60
    lines = []
    for pool, workers in deployment.hot_pools.items():
        language, _, mode = pool.rpartition("-")
        hour = task_hour(deployment, catalog, language)
        hour += prices.PUBLIC_IPV4_HOUR if mode == "semitrusted" else 0
        polls = prices.HOUR_PER_MONTH * 3600 / WORKER_POLL_SECONDS
        lines.append(Line(f"Waiting workers, {pool}", ((workers, "tasks"), month, (hour, "USD"))))
        lines.append(Line("  their polls", ((workers, "tasks"), (polls, "receives"), (prices.SQS_REQUEST, "USD"))))
    zones = (deployment.zone_count, "zones")
    lines.append(Line("Interface endpoints", ((ENDPOINTS, "endpoints"), zones, month, (prices.ENDPOINT_HOUR, "USD"))))
    if deployment.requests_per_address:
        lines.append(Line("WAF, one rule", ((1, "ACL"), (prices.WAF_ACL + prices.WAF_RULE, "USD"))))
    images = len(offered(catalog, deployment))
    lines += [
        Line("Alarms", ((ALARMS, "alarms"), (prices.ALARM, "USD"))),
        Line("Metrics from logs", ((METRICS, "metrics"), (prices.METRIC, "USD"))),
        Line("Dashboard", ((1, "dashboard"), (prices.DASHBOARD, "USD"))),
        Line("Master secret, alarms' key", ((1, ""), (prices.SECRET + prices.KMS_KEY, "USD"))),
        Line("Images in ECR", ((images, "images"), (IMAGE_GB, "GB"), (prices.ECR_GB, "USD"))),
        Line(
            "Sweep",
            ((minutes, "runs"), (SWEEP_GB_SECONDS, "GB s"), (prices.LAMBDA_ARM_GB_SECOND, "USD")),
        ),
    ]
    return lines


def per_million(deployment: Deployment, catalog: Catalog, load: Load, *, warm: bool) -> list[Line]:
    """Return what a million sync jobs cost: on waiting workers, or each on one that is started for it."""
    jobs = (prices.MILLION, "jobs")
    gb = deployment.api_memory_mb / 1024
    wait = min(load.job_seconds + (0 if warm else load.start_seconds), deployment.sync_wait_seconds)
    reads = max(CALLS["DynamoDB.GetItem"], looks(wait))
    beat = HEARTBEAT_WRITES + (TALKATIVE_WRITES if load.talkative else 0)
    writes = WRITES + beat * int(load.job_seconds) + (KEPT_WRITES if deployment.keeps_workers else 0)
    reads += KEPT_READS if deployment.keeps_workers else 0
    messages = sum(count for name, count in CALLS.items() if "SQS" in name) + (0 if warm else LAUNCH_CALLS)
    hour = task_hour(deployment, catalog, load.language)
    dns_queries = DNS_QUERIES / deployment.jobs_per_task
    lines = [
        Line("API Gateway", (jobs, (prices.API_GATEWAY_REQUEST, "USD"))),
        Line(
            "Lambda, while a caller waits",
            (jobs, (wait + FUNCTION_SECONDS, "s"), (gb, "GB"), (prices.LAMBDA_ARM_GB_SECOND, "USD")),
        ),
        Line("Lambda, requests", (jobs, (1 if warm else 2, "calls"), (prices.LAMBDA_REQUEST, "USD"))),
        Line("DynamoDB, writes", (jobs, (writes, "units"), (prices.DYNAMODB_WRITE, "USD"))),
        Line("DynamoDB, reads", (jobs, (reads, "units"), (prices.DYNAMODB_READ, "USD"))),
        Line("SQS", (jobs, (messages, "calls"), (prices.SQS_REQUEST, "USD"))),
        Line("Fargate", (jobs, (task_seconds(deployment, load), "s"), (hour / 3600, "USD"))),
        Line("DNS Firewall", (jobs, (dns_queries, "queries"), (prices.DNS_FIREWALL_QUERY, "USD"))),
        Line("Logs", (jobs, (LOG_KB / 1e6, "GB"), (prices.LOG_GB, "USD"))),
        Line("Answers to the internet", (jobs, (ANSWER_KB / 1e6, "GB"), (prices.OUTGOING_GB, "USD"))),
    ]
    if deployment.requests_per_address:
        lines.append(Line("WAF", (jobs, (prices.WAF_REQUEST, "USD"))))
    if not warm:
        launch = (LAUNCH_FUNCTION_GB_SECONDS, "GB s")
        lines.append(Line("Lambda, launches", (jobs, launch, (prices.LAMBDA_ARM_GB_SECOND, "USD"))))
    return lines


def webhooks() -> list[Line]:
    """Return what a million webhooks cost besides their jobs, each delivered at the first try."""
    jobs = (prices.MILLION, "jobs")
    seconds = (WEBHOOK_GB_SECONDS, "GB s")
    return [
        Line("Lambda, telling and sending", (jobs, seconds, (prices.LAMBDA_ARM_GB_SECOND, "USD"))),
        Line("Lambda, requests", (jobs, (2, "calls"), (prices.LAMBDA_REQUEST, "USD"))),
        Line("DynamoDB, writes", (jobs, (WEBHOOK_WRITES, "units"), (prices.DYNAMODB_WRITE, "USD"))),
        Line("DynamoDB, reads", (jobs, (1, "units"), (prices.DYNAMODB_READ, "USD"))),
        Line("SQS", (jobs, (WEBHOOK_CALLS, "calls"), (prices.SQS_REQUEST, "USD"))),
        Line("Logs", (jobs, (LOG_KB / 1e6, "GB"), (prices.LOG_GB, "USD"))),
        Line("Requests to the internet", (jobs, (ANSWER_KB / 1e6, "GB"), (prices.OUTGOING_GB, "USD"))),
    ]


CHOICES: Final[Mapping[str, Mapping[str, object]]] = {
    "as it is": {},
    "architecture arm64": {"architecture": "arm64"},
    "jobs_per_task 20": {"jobs_per_task": 20},
    "both": {"architecture": "arm64", "jobs_per_task": 20},
    "reuse customer, 20": {"jobs_per_task": 20, "reuse": "customer"},
    "reuse and arm64": {"architecture": "arm64", "jobs_per_task": 20, "reuse": "customer"},
}


def choices(deployment: Deployment, catalog: Catalog, load: Load) -> list[str]:
    """Return what a million jobs cost by each choice: silent and talkative, on waiting workers and started ones."""
    rows = [f"  {'':<22}{'waiting':>11}{'talkative':>11}{'started':>11}{'talkative':>11}"]
    for name, change in CHOICES.items():
        chosen = deployment.model_copy(update=change)
        sums = [
            sum(line.dollars for line in per_million(chosen, catalog, replace(load, talkative=talks), warm=warm))
            for warm in (True, False)
            for talks in (False, True)
        ]
        rows.append(f"  {name:<22}" + "".join(f"{each:>11,.0f}" for each in sums))
    return rows


def task_seconds(deployment: Deployment, load: Load) -> float:
    """Return the seconds of a task that a job pays for: its own, and its share of the start.

    A waiting worker's wait is in the month's table. What a worker waits in vain after its last job isn't here, but
    where it is kept for one customer: there each has one, after the jobs that he had for it.
    """
    jobs = deployment.jobs_per_task
    wait = deployment.idle_seconds if deployment.keeps_workers else 0
    return max(load.start_seconds + jobs * load.job_seconds + wait, PAID_SECONDS) / jobs


def looks(seconds: float) -> int:
    """Return how often a sync caller's function looks at a job that takes so long; see core/pace.py."""
    passed = 0.0
    for count, pause in enumerate(Pace().pauses(""), 1):
        passed += pause
        if passed >= seconds:
            return count
    raise AssertionError


def table(lines: Iterable[Line]) -> str:
    """Return lines as text, their sum below."""
    lines = list(lines)
    rows = [f"  {line.name:<34}{line.dollars:>11,.2f}   {line.arithmetic}" for line in lines]
    return "\n".join([*rows, f"  {'sum':<34}{sum(line.dollars for line in lines):>11,.2f}"])


def report(deployment: Deployment, load: Load) -> str:
    """Return the whole of it."""
    known, talk = catalog(), ", talkative" if load.talkative else ""
    calls = ", ".join(f"{count} {name.split('.')[1]}" for name, count in CALLS.items())
    return "\n".join(
        [
            f"US dollars, us-east-1 list prices as published in {prices.AS_OF}, which nothing here can verify.",
            "",
            "A month, without a job",
            table(monthly(deployment, known)),
            "",
            f"A million sync jobs of {load.job_seconds:g} s, {load.language}{talk}, on waiting workers",
            table(per_million(deployment, known, load, warm=True)),
            "",
            f"The same, each worker started for its job ({load.start_seconds:g} s)",
            table(per_million(deployment, known, load, warm=False)),
            "",
            "A million webhooks besides, of receivers that answer at the first try",
            table(webhooks()),
            "",
            "The same million jobs by other settings, silent and talkative, on waiting workers and on started ones "
            "(reuse: of jobs that each customer sends so many of in a row)",
            *choices(deployment, known, load),
            "",
            f"AWS calls of the shortest job on a waiting worker: {calls}.",
            f"A worker runs {deployment.jobs_per_task} job(s); a task is paid for {PAID_SECONDS} s at least.",
        ]
    )


def main() -> int:
    """Print the report for the settings and load that the command line names."""
    parser = argparse.ArgumentParser(prog="scripts/cost", description="What a deployment costs.")
    default, usual = ROOT / "infra/examples/standard.json", Load()
    parser.add_argument("settings", nargs="?", type=Path, default=default, help="settings file (%(default)s)")
    parser.add_argument("--seconds", type=float, default=usual.job_seconds, help="a job's (default: %(default)s)")
    parser.add_argument("--start", type=float, default=usual.start_seconds, help="a worker's (default: %(default)s)")
    parser.add_argument("--language", choices=list(catalog()), default=usual.language, help="default: %(default)s")
    parser.add_argument("--talkative", action="store_true", help="jobs that print as much as can be shown")
    chosen = parser.parse_args()
    try:
        deployment = settings.load(chosen.settings)
        text = report(deployment, Load(chosen.seconds, chosen.start, chosen.language, chosen.talkative))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"scripts/cost: {error}\n")
        return 1
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
