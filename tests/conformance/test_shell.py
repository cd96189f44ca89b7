"""The API from a shell script: curl and jq, as customers' scripts do it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.client import Client
from tests.conformance.shapes import check_job

API = """
set -euo pipefail
. "$KEY_ENV"
api() { curl -sS --fail-with-body -H "Authorization: Bearer $UNSANDBOX_SECRET_KEY" "$@"; }
"""


def shell(api: Client, folder: Path, script: str) -> str:
    """Run a script that sources the service's variables; return what it printed."""
    key_file = folder / "key.env"
    key_file.write_text(f"UNSANDBOX_BASE_URL={api.base_url.rstrip('/')}\nUNSANDBOX_SECRET_KEY={api.secret}\n")
    done = subprocess.run(
        ["bash", "-c", API + script],
        env={"KEY_ENV": str(key_file), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


POLL = """
job=$(api "$UNSANDBOX_BASE_URL/execute/async" -H 'Content-Type: application/json' -d "$BODY" | jq -r .job_id)
while :; do
    answer=$(api "$UNSANDBOX_BASE_URL/jobs/$job")
    case $(jq -r .status <<<"$answer") in
        pending | running) sleep 0.1 ;;
        completed | timeout | cancelled) break ;;
        *) exit 9 ;;
    esac
done
printf '%s' "$answer"
"""


@pytest.mark.parametrize(
    ("code", "ttl", "status", "stdout"),
    [("sleep 1; echo done", 10, "completed", "done\n"), ("echo begun; sleep 9", 1, "timeout", "begun\n")],
)
def test_async_with_a_poll_loop(api: Client, tmp_path: Path, code: str, ttl: int, status: str, stdout: str) -> None:
    body = json.dumps({"language": "bash", "code": code, "ttl": ttl})
    job = json.loads(shell(api, tmp_path, f"BODY='{body}'\n{POLL}"))
    check_job(job)
    assert (job["status"], job["result"]["stdout"]) == (status, stdout)


def test_a_file_sent_as_it_is(api: Client, tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text("#!/usr/bin/env python3\nimport sys\nprint('Hello', *sys.argv[1:])\n")
    script = """api "$UNSANDBOX_BASE_URL/run?ttl=10&args=you" -H 'Content-Type: text/plain' --data-binary @hello.py"""
    assert json.loads(shell(api, tmp_path, script))["stdout"] == "Hello you\n"


def test_an_input_file_made_by_jq(api: Client, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    script = """
    jq -Rn --arg data "$(base64 -w0 data.csv)" \
        '{language: "bash", code: input, input_files: [{filename: "data.csv", content: $data}]}' <<<'cat data.csv' |
        api "$UNSANDBOX_BASE_URL/execute" -H 'Content-Type: application/json' -d @- | jq -r .stdout
    """
    assert shell(api, tmp_path, script) == "a,b\n1,2\n\n"


def test_the_examples_of_the_document(api: Client) -> None:
    """What the OpenAPI document's own text shows works when it is pasted."""
    text = api.request("GET", "/openapi.json").json["info"]["description"]
    commands = "".join(line.strip(" ") for line in text.splitlines(keepends=True) if line.startswith("    "))
    facts = api.request("GET", "/keys/self").json
    environment = {
        **os.environ,
        "BASE_URL": api.base_url.rstrip("/"),
        "SECRET_KEY": api.secret,
        "PUBLIC_KEY": facts["public_key"],
    }
    script = commands.replace("curl ", "curl -sS -w '\\n' ")
    done = subprocess.run(["bash", "-euc", script], env=environment, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["stdout"] for answer in answers] == ["42\n", "hi\n"]


def test_a_stream_that_is_cut_ends_with_a_whole_character(api: Client) -> None:
    result = api.execute("bash", "printf a; yes 🌍 | tr -d '\\n' | head -c 3000001")
    assert result["stdout_truncated"] is True
    assert result["stdout"] == "a" + "🌍" * ((2 * 1_048_576 - 1) // 4)
    ended = api.execute("bash", "printf 'x\\342\\202'; sleep 9", ttl=1)
    assert (ended["status"], ended["stdout"]) == ("timeout", "x")
