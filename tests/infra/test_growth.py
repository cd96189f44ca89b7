"""All languages in both modes, every pool hot, every option on: still within CloudFormation's limits."""

from __future__ import annotations

import json
from typing import Final

import pytest

from functions.core.languages import Catalog, catalog
from tests.infra.assembly import Assembly, synthesize
from tests.infra.longest import environment_sizes

LANGUAGES: Final = max(44, len(catalog()))
ENVIRONMENT_BYTES: Final = 4096  # of a function
RESOURCES: Final = 500  # in a stack
TEMPLATE_BYTES: Final = 1_000_000
PARAMETERS: Final = 200


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    from infra import synth  # noqa: PLC0415  # starts Node

    folder = tmp_path_factory.mktemp("grown")
    languages = [catalog()["python"].model_copy(update={"id": f"language{number}"}) for number in range(LANGUAGES)]
    settings = {
        "hot_pools": {f"{each.id}-{mode}": 1 for each in languages for mode in ("zerotrust", "semitrusted")},
        "images": {"repositories": "code/", "tag": "v1"},
        "zones": ["us-east-1a", "us-east-1b", "us-east-1d"],
        "reserve_concurrency": True,
        "domain": {
            "name": "run.example.com",
            "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0",
            "hosted_zone_id": "Z0123456789",
        },
        "alarms": {"email": "operator@example.com", "monthly_budget_usd": 1},
    }
    path = folder / "settings.json"
    path.write_text(json.dumps(settings))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synth, "catalog", lambda: Catalog(languages))
        return synthesize(path, folder / "out")


def test_within_limits(grown: Assembly) -> None:
    pools = [each["QueueName"] for each in grown.properties("AWS::SQS::Queue").values()]
    assert sum("language" in name for name in pools) == 2 * LANGUAGES
    assert len(grown.properties("AWS::ECS::TaskDefinition")) == 2 * LANGUAGES
    assert len(grown.properties("AWS::ECS::Service")) == 2 * LANGUAGES
    counts = {name: len(template["Resources"]) for name, template in grown.templates.items()}
    assert max(counts.values()) < RESOURCES, counts
    assert all(len(template.get("Parameters", {})) < PARAMETERS for template in grown.templates.values())
    assert all((grown.folder / name).stat().st_size < TEMPLATE_BYTES for name in grown.templates)


def test_environments_fit_with_every_pool_hot(grown: Assembly) -> None:
    sizes = environment_sizes(grown)
    assert max(sizes.values()) < ENVIRONMENT_BYTES, sizes


def test_the_budget_comes_when_its_topic_lets_it_speak(grown: Assembly) -> None:
    """AWS refuses a budget whose topic doesn't let budgets publish, and CloudFormation makes what it may at once."""
    [budget] = [each for _, each in grown.of_type("AWS::Budgets::Budget")]
    [policy] = [name for name, _ in grown.of_type("AWS::SNS::TopicPolicy")]
    assert policy in budget["DependsOn"]


def test_zones_are_those_that_the_settings_name(grown: Assembly) -> None:
    zones = [each["AvailabilityZone"] for each in grown.properties("AWS::EC2::Subnet").values()]
    assert sorted(zones) == sorted(["us-east-1a", "us-east-1b", "us-east-1d"] * 2)


def test_ready_images_come_from_ecr_alone(grown: Assembly) -> None:
    for task in grown.properties("AWS::ECS::TaskDefinition").values():
        image = json.dumps(task["ContainerDefinitions"][0]["Image"])
        assert ".dkr.ecr." in image
        assert "code/language" in image


def test_an_own_name_is_the_only_one(grown: Assembly) -> None:
    [api] = grown.properties("AWS::ApiGateway::RestApi").values()
    assert api["DisableExecuteApiEndpoint"] is True
    assert grown.main["Outputs"]["ApiUrl"]["Value"] == "https://run.example.com/"
    [domain] = grown.properties("AWS::ApiGateway::DomainName").values()
    assert domain["SecurityPolicy"] == "TLS_1_2"
    [record] = grown.properties("AWS::Route53::RecordSet").values()
    assert record["Name"] == "run.example.com."
