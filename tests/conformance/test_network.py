"""The two network modes, seen from inside: what a program can't reach anywhere, and what semitrusted is for.

Against a deployment (--base-url) this is the check of its security groups, endpoints and DNS firewall.
"""

from __future__ import annotations

import json

import pytest

from tests.client import Client
from tests.conformance.shapes import available

# Loopback services of the task or machine, metadata and credentials, private ranges, public addresses and names.
FORBIDDEN = (
    ("127.0.0.1", 8787), ("127.0.0.1", 22), ("169.254.169.254", 80), ("169.254.170.2", 80), ("10.0.0.2", 53),
    ("10.60.0.2", 53), ("192.168.0.1", 80), ("172.17.0.1", 80),
)  # fmt: skip
INTERNET = (("1.1.1.1", 443), ("8.8.8.8", 53), ("example.com", 443), ("s3.amazonaws.com", 443))

PROBE = """
import json, socket, sys
reached = []
for host, port in json.load(sys.stdin):
    try:
        socket.create_connection((host, port), 1).close()
        reached.append(host)
    except OSError:
        pass
print(json.dumps(reached))
"""

# Of a Fargate task, in its second version, which asks for no secret path: ARNs with the account's number, the image.
METADATA = """
import json, urllib.request
told = {}
for path in ("/v2/metadata", "/v2/stats"):
    try:
        with urllib.request.urlopen("http://169.254.170.2" + path, timeout=2) as answer:
            told[path] = answer.read(2000).decode("utf-8", "replace")
    except OSError:
        pass
print(json.dumps(told))
"""


def reached(api: Client, mode: str, places: tuple[tuple[str, int], ...]) -> list[str]:
    """Return which places a program of a network mode can connect to."""
    result = api.execute("python", PROBE, stdin=json.dumps(places), network_mode=mode, ttl=60)
    assert result["exit_code"] == 0, result
    hosts: list[str] = json.loads(result["stdout"])
    return hosts


def test_zerotrust_reaches_nothing(api: Client) -> None:
    if available(api, "python"):
        assert reached(api, "zerotrust", FORBIDDEN + INTERNET) == []


@pytest.mark.parametrize("mode", ["zerotrust", "semitrusted"])
def test_programs_learn_nothing_of_their_task(api: Client, mode: str) -> None:
    if not available(api, "python"):
        pytest.skip("needs Python")
    answer = api.post("/execute", {"language": "python", "code": METADATA, "network_mode": mode, "ttl": 60})
    if answer.status == 422:
        pytest.skip(answer.json["message"])
    assert (answer.json["stdout"], answer.json["stderr"]) == ("{}\n", "")


def test_semitrusted_reaches_the_internet_and_nothing_near(api: Client, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--base-url"):
        pytest.skip("for a deployment; on one machine tests/sandbox tries it")
    answer = api.post("/execute", {"language": "python", "code": "1", "network_mode": "semitrusted"})
    if answer.status == 422:
        pytest.skip(answer.json["message"])
    # Fargate's credentials have an address that every program may connect to; what is there asks for a secret path.
    near = tuple(place for place in FORBIDDEN if place[0] != "169.254.170.2")
    assert reached(api, "semitrusted", near) == []
    assert "example.com" in reached(api, "semitrusted", (("example.com", 443),))
