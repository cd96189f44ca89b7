"""What a deployer chooses: one JSON file, validated here. infra/examples has a small, a standard and a large one.

`python -m infra.settings [FILE]` explains every setting, and says what is wrong with a file.
"""

from __future__ import annotations

import difflib
import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from functions.core.cors import Origins
from functions.core.job import NetworkMode

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# Version 27 of the public layer of awslabs/aws-lambda-web-adapter; the region is filled in.
WEB_ADAPTER: Final = "arn:aws:lambda:{region}:753240598075:layer:LambdaAdapterLayerArm64:27"

HTTPS: Final = 443

Port = Annotated[int, Field(ge=1, le=65535)]
Zone = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Images(_Model):
    """Where the workers' images come from, when `cdk deploy` is not to build them with Docker."""

    repositories: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._/-]*$",
        description="What the names of your ECR repositories in this account and region begin with; the language "
        "follows. Other registries can't be reached from the network without internet.",
    )
    tag: str = Field(description="The tag of every image.")


class Domain(_Model):
    """A name of your own for the API."""

    name: str = Field(description="The host name, for example `run.example.com`.")
    certificate_arn: str = Field(description="An ACM certificate for it, in the stack's region.")
    hosted_zone_id: str | None = Field(
        None, description="The Route 53 zone that gets the name's records; without it, you set them yourself."
    )


class Alarms(_Model):
    """When somebody is told; dead letters, failed launches, platform errors and 5xx answers always alarm."""

    email: str | None = Field(None, description="Who gets the alarms by mail; without it, the topic has no reader.")
    pending_seconds: int = Field(180, ge=1, description="A job that waits longer for a worker raises an alarm.")
    running_jobs: int = Field(200, ge=1, description="More jobs than this at once, for 15 minutes, raise an alarm.")
    fargate_vcpus: int = Field(250, ge=1, description="More Fargate vCPUs in the account than this raise an alarm.")
    requests_per_minute: int = Field(30_000, ge=1, description="More requests than this, for 15 minutes, raise one.")
    monthly_budget_usd: int | None = Field(
        None, ge=1, description="A budget for the whole account: mail at 80 % and when 100 % is forecast."
    )


class Deployment(_Model):
    """One deployed service."""

    name: str = Field(
        "code-execution",
        pattern=r"^[a-z][a-z0-9-]{1,23}$",
        description="The stack's name, and what the names of its queues and task definitions begin with.",
    )
    languages: tuple[str, ...] | None = Field(
        None,
        description="The languages to offer; without it, all whose image this project has built, and with `images` "
        "all that there are.",
    )
    exclude_languages: tuple[str, ...] = Field(
        (), description="Languages to leave out of these, such as one whose image can't be built."
    )
    network_modes: tuple[NetworkMode, ...] = Field(
        tuple(NetworkMode), min_length=1, description="Without `semitrusted` no code reaches the internet."
    )
    images: Images | None = Field(
        None, description="Ready images in ECR; without it, `cdk deploy` builds them with Docker."
    )
    upstream_images: tuple[str, ...] = Field(
        (), description="Languages whose image is built from Dockerfile.upstream, where there is one: newer, untried."
    )
    hot_pools: dict[str, Annotated[int, Field(ge=1, le=1000)]] = Field(
        default_factory=dict,
        description="How many workers wait at all times, by pool, such as `python-zerotrust`: its jobs start at "
        "once, all others in 25 to 60 seconds.",
    )
    jobs_per_task: int = Field(
        1,
        ge=1,
        le=1000,
        description="Jobs that a worker runs, one after another. 1: each job has a microVM that no other job was or "
        "will be in. More: cheaper and faster, but what escapes from one job's sandbox meets the next one's; `reuse` "
        "says whose.",
    )
    reuse: Literal["anyone", "customer"] = Field(
        "anyone",
        description="Whose a worker's further jobs are, with `jobs_per_task` above 1. `customer`: of the key of its "
        "first job alone; it waits `idle_seconds` for each.",
    )
    idle_seconds: int = Field(
        120, ge=20, le=3600, description="How long a worker started for a burst waits for another job; each is paid."
    )
    task_cpu: Literal[256, 512, 1024, 2048, 4096] = Field(
        1024, description="Processor units of a worker; 1024 is one vCPU. Memory follows from the language's limits."
    )
    architecture: Literal["x86_64", "arm64"] = Field(
        "x86_64", description="Of the workers, and so of the binaries that customers get. arm64 costs a fifth less."
    )
    semitrusted_ports: tuple[Port, ...] = Field(
        (80, HTTPS),
        description="TCP ports that semitrusted code may reach in the internet. 443 must be one: workers reach AWS "
        "by it.",
    )
    zones: Annotated[int, Field(ge=1, le=3)] | Annotated[tuple[Zone, ...], Field(min_length=1, max_length=3)] = Field(
        2,
        description="How many availability zones the workers have, or which, such as `us-east-1a`: name them in a "
        "region where Fargate or an endpoint isn't in all. Each costs four interface endpoints a month.",
    )
    streaming: bool = Field(
        True,
        description="Whether sync calls are held up to 14 minutes, by the Lambda Web Adapter; without it 25 seconds, "
        'then `{"job_id", "status": "running"}` and the client polls.',
    )
    web_adapter_layer: str = Field(
        WEB_ADAPTER, description="ARN of the Lambda Web Adapter's layer for arm64; `{region}` is filled in."
    )
    api_memory_mb: int = Field(
        512, ge=128, le=10_240, description="Memory, and with it speed, of the API's functions."
    )
    waiting_callers: int | None = Field(
        None,
        ge=1,
        le=900,
        description="How many sync callers and followers of events may wait at once, where the account runs few "
        'Lambda functions: 4 of the 10 of a new one. Other callers get `{"job_id", "status": "running"}` and poll; '
        "other followers are told what there is, and come again. null: as many as come, of each customer's followers "
        "as many as his key may have jobs.",
    )
    reserve_concurrency: bool = Field(
        False,
        description="Whether 17 of the account's Lambda executions are kept for the functions that start and end "
        "workers, so that waiting callers can't take them all. AWS refuses it with a quota below 117.",
    )
    requests_per_second: int = Field(200, ge=1, le=10_000, description="Of all customers together; more get a 429.")
    burst_requests: int = Field(400, ge=1, le=5_000, description="How many may come at once beyond that rate.")
    requests_per_address: int | None = Field(
        10_000,
        ge=10,
        description="Requests in 5 minutes from one address, enforced by WAF; null: no WAF, which saves its price.",
    )
    webhooks_at_once: int = Field(
        5,
        ge=2,
        le=500,
        description="How many webhooks are told at once; each takes two of the account's Lambda executions, and a "
        "receiver that doesn't answer keeps them for 15 seconds.",
    )
    webhook_http: bool = Field(
        False, description="Whether webhooks may go to http:// URLs, which anybody on their way may read."
    )
    domain: Domain | None = Field(None, description="A name of your own for the API.")
    cors_origins: tuple[str, ...] = Field(
        (),
        description="Origins whose pages may call the API from browsers, such as `https://app.example.org`; `*` is "
        "every one.",
    )
    gateway_logging: bool = Field(
        True,
        description="Access logs of the API. They need API Gateway's one role per account and region; the stack sets "
        "it, and leaves it when it is destroyed.",
    )
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 180, 365] = Field(30, description="How long logs are kept.")
    keep_data: bool = Field(
        True, description="Whether tables and the master secret outlive `cdk destroy`, and are safe from deletion."
    )
    master_secret_generation: int = Field(
        1, ge=1, description="Raise it to get a new master secret: every key is void then, and must be made again."
    )
    alarms: Alarms = Field(Alarms(), description="When somebody is told.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for pool in self.hot_pools:
            language, _, mode = pool.rpartition("-")
            offered = language in (self.languages or (language,)) and language not in self.exclude_languages
            if mode not in self.network_modes or not offered:
                message = f"hot_pools: this deployment has no pool {pool!r}"
                raise ValueError(message)
        Origins.parse(self.cors_origins)
        if NetworkMode.ZEROTRUST not in self.network_modes:
            message = "network_modes must include zerotrust: it is what a request without a network_mode gets"
            raise ValueError(message)
        if self.reuse == "customer" and self.jobs_per_task == 1:
            message = "reuse: with jobs_per_task 1 a worker runs no further job; raise that, or leave reuse out"
            raise ValueError(message)
        if HTTPS not in self.semitrusted_ports:
            message = "semitrusted_ports must include 443: workers fetch their image and their jobs by it"
            raise ValueError(message)
        return self

    @property
    def prefix(self) -> str:
        """What the names of queues and task definition families begin with."""
        return f"{self.name}-"

    @property
    def keeps_workers(self) -> bool:
        """Whether workers are kept for the customer of their first job."""
        return self.reuse == "customer"

    @property
    def reuse_environment(self) -> dict[str, str]:
        """What the API and the workers are told of it."""
        return {"REUSE": self.reuse, "KEPT_SECONDS": str(self.idle_seconds)} if self.keeps_workers else {}

    @property
    def zone_count(self) -> int:
        """How many availability zones the workers have."""
        return self.zones if isinstance(self.zones, int) else len(self.zones)

    @property
    def sync_wait_seconds(self) -> int:
        """How long a sync caller is held before it is told to poll."""
        return 840 if self.streaming else 25


def load(path: Path) -> Deployment:
    """Read a settings file. Raises OSError, and ValueError that names what is wrong, a line for each setting."""
    try:
        return Deployment.model_validate(json.loads(path.read_text("utf-8")))
    except json.JSONDecodeError as error:
        message = f"this isn't JSON: {error}"
    except ValidationError as error:
        message = "\n".join(dict.fromkeys(map(_told, error.errors())))
    raise ValueError(message)


def _told(problem: ErrorDetails) -> str:
    """Return what is wrong with a setting, and what it means, without the words of the library that found it."""
    path = [str(each) for each in problem["loc"]]
    where, message = ".".join(path), problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path[-1], Deployment.model_fields)
        return f"{where}: there is no such setting" + (f"; do you mean {' or '.join(near)}?" if near else "")
    if not path:
        return message if problem["type"] == "value_error" else "settings are one JSON object"
    meaning = Deployment.model_fields[path[0]].description
    if any("constrained" in each for each in path):  # of a setting with several types none fits
        return f"{path[0]}: this won't do. {meaning}"
    return f"{where}: {message}. {meaning}"


def explained(model: type[BaseModel] = Deployment, indent: str = "") -> str:
    """Return every setting with its default and its sentence."""
    lines = []
    for name, field in model.model_fields.items():
        default = "" if field.is_required() else f" = {_json(field.get_default(call_default_factory=True))}"
        lines.append(f"{indent}{name}{default}")
        lines.append(textwrap.fill(field.description or "", 100, initial_indent=f"{indent}    ",
                                   subsequent_indent=f"{indent}    "))  # fmt: skip
        inner = next((each for each in (Images, Domain, Alarms) if each.__name__ in str(field.annotation)), None)
        if inner:
            lines.append(explained(inner, f"{indent}    "))
    return "\n".join(lines)


def _json(value: object) -> str:
    return "{…}" if isinstance(value, BaseModel) else json.dumps(value)


def main() -> int:
    """Explain the settings, and say what is wrong with the files that the command line names."""
    sys.stdout.write(f"{explained()}\n")
    for name in sys.argv[1:]:
        try:
            load(Path(name))
        except (OSError, ValueError) as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
