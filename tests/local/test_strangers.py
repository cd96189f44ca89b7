"""A body of someone without a key is read to 64 KiB; and all bodies together have a ceiling."""

from __future__ import annotations

import asyncio
import http.client
import json

import pytest

from functions.api.buffer import Buffer
from tests.conftest import LocalService

BIG = json.dumps({"language": "bash", "code": "true", "stdin": "x" * 200_000})


@pytest.mark.parametrize("authorization", ["", "Bearer unsb-sk-aaaaa-bbbbb-ccccc-ddddd", "Bearer nonsense"])
def test_a_strangers_long_body_is_refused_while_it_comes(service: LocalService, authorization: str) -> None:
    line = http.client.HTTPConnection(service.base_url.removeprefix("http://"), timeout=20)
    line.putrequest("POST", "/execute")
    line.putheader("Content-Length", str(10_000_000))
    line.putheader("Content-Type", "application/json")
    line.putheader("Authorization", authorization)
    line.endheaders()
    line.send(b"x" * 100_000)  # and no more
    answer = line.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]) == (401, "unauthorized")
    line.close()


def test_whoever_has_a_key_may_send_it(service: LocalService) -> None:
    answer = service.client.request("POST", "/execute", BIG.encode(), {"Content-Type": "application/json"})
    assert (answer.status, answer.json["success"]) == (200, True)


def test_the_buffer_gives_its_room_in_turn() -> None:
    async def run() -> list[str]:
        buffer, order = Buffer(10), []

        async def take(name: str, size: int) -> None:
            await buffer.take(size)
            order.append(name)

        await take("a", 6)
        waiting = [
            asyncio.ensure_future(take(name, size)) for name, size in (("b", 5), ("c", 1), ("gone", 9), ("d", 4))
        ]
        await asyncio.sleep(0)
        assert order == ["a"]  # c would fit, but isn't served before b
        waiting[2].cancel()
        buffer.give(6)
        await asyncio.sleep(0.01)
        assert order == ["a", "b", "c", "d"]
        buffer.give(10)
        await take("e", 10)
        return order

    assert asyncio.run(run())[-1] == "e"
