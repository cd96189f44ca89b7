"""The rehearsal keeps all it has in what CloudFormation made of the template."""

from __future__ import annotations

import json
from collections import Counter

import boto3

from functions.aws import schema
from functions.core.languages import catalog
from infra.rehearsal import moto_aws
from tests.conftest import LocalService
from tests.infra.assembly import Assembly
from tests.infra.data_template import KINDS, data_template


def test_it_lives_on_what_the_template_makes(rehearsal: LocalService, standard_assembly: Assembly) -> None:
    lines = (rehearsal.state / "aws.env").read_text().splitlines()
    with moto_aws.used(dict(line.split("=", 1) for line in lines)):
        formation, sqs = boto3.client("cloudformation"), boto3.client("sqs")
        pages = formation.get_paginator("list_stack_resources").paginate(StackName=moto_aws.STACK)
        made = Counter(each["ResourceType"] for page in pages for each in page["StackResourceSummaries"])
        urls = sqs.get_paginator("list_queues").paginate().build_full_result()["QueueUrls"]
        tables = set(boto3.client("dynamodb").list_tables()["TableNames"])
    wanted = Counter(each["Type"] for each in data_template(standard_assembly)["Resources"].values())
    assert made == wanted
    assert set(wanted) == set(KINDS)
    assert len(urls) == wanted["AWS::SQS::Queue"]  # and so none was made otherwise
    assert tables == {moto_aws.PREFIX + table.purpose for table in schema.TABLES}
    tasks = standard_assembly.properties("AWS::ECS::TaskDefinition").values()
    pools = {each["Family"].replace("code-execution-", moto_aws.PREFIX) for each in tasks}
    assert len(pools) > 2 * len(catalog()) - 20
    assert pools < {url.rsplit("/", 1)[1] for url in urls}
    job = rehearsal.client.execute("bash", "head -c 500000 /dev/zero | tr '\\0' x")
    assert len(job["stdout"]) == 500_000, json.dumps(job)[:300]
