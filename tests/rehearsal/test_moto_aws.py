from __future__ import annotations

import threading

from functions.aws import clients as aws
from infra.rehearsal import moto_aws
from infra.rehearsal.moto_process import MotoProcess

ROUNDS = 150


def test_an_update_is_seen_whole() -> None:
    server = MotoProcess()
    with moto_aws.used(moto_aws.environment(server.endpoint(), server.credential)):
        moto_aws.create_resources([])
        client = aws.dynamodb()
    table, key = moto_aws.PREFIX + "jobs", {"job_id": {"S": "x"}}
    client.put_item(TableName=table, Item=key)
    ended = threading.Event()

    def write() -> None:
        names = [f"field{number}" for number in range(20)]
        for value in range(ROUNDS):
            client.update_item(
                TableName=table,
                Key=key,
                UpdateExpression="SET " + ", ".join(f"{name} = :value" for name in names),
                ExpressionAttributeValues={":value": {"N": str(value)}},
            )
        ended.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not ended.is_set():
        item = client.get_item(TableName=table, Key=key)["Item"]
        values = {name: field["N"] for name, field in item.items() if name != "job_id"}
        assert len(set(values.values())) <= 1, values
    writer.join()
    client.close()
    server.stop()
