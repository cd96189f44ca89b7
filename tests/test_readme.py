"""The README's examples work, one after another in one shell, as a reader would paste them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from functions.core.deliverer import key_secret
from functions.core.webhooks import secret_text
from infra.local import language_table
from tests.conftest import ROOT, LocalService

README = (ROOT / "README.md").read_text("utf-8")
MARK = "== next =="


def test_examples(service: LocalService, tmp_path: Path) -> None:
    blocks = re.findall(r"^```bash\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (tmp_path / ".local").symlink_to(service.state)
    (tmp_path / "client").symlink_to(ROOT / "client")
    script = "set -euo pipefail\n" + f"echo '{MARK}'\n".join(blocks)
    script = script.replace("https://example.com/", "https://example.invalid/")  # tests call nobody
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    outputs = done.stdout.split(f"{MARK}\n")
    _, execute, run, polled, told, asked, cancelled, files, artifacts, uploaded, repeated, *rest = outputs
    zipped, tests, batch, webhook, languages, client = rest
    assert tests == '[1,["three",true,"9\\n",0],[null,false,"16\\n",0],[null,false,"",1]]\n'
    assert batch == "There is no language 'pyton'. Did you mean python?\n1\n\n"
    assert '"stdout":"42\\n"' in execute
    assert '"stdout":"Hello you\\n"' in run
    assert '"detected_language":"bash"' in run
    assert polled.split() == ["1", "2", "3"]
    names = told.splitlines()
    assert (names[-1], names.count("event: result")) == ("event: result", 1)
    assert "event: stdout" in names
    assert asked == "Name? Hello Ada\n\n"
    assert zipped.split() == ["1", "2", "3"]
    assert '"status":"cancelled"' in cancelled
    assert files == "{'name': 'Ada', 'age': '36'} x y z\n\n"
    assert artifacts == '["a/b",2,{"kind":1}]\n'
    assert uploaded == "2\n\n"
    assert client == "name you\n"
    assert re.fullmatch(r"2 [0-9a-f-]{36}", repeated.strip())
    assert '"python":true' in languages
    shown, secret = webhook.splitlines()
    assert shown == '{"url":"https://example.invalid/ended","status":"pending"}'
    assert secret == secret_text(key_secret(service.secret))


def test_the_ways_in_are_these_two_commands() -> None:
    section = README.split("## Try it\n")[1].split("\n## ")[0]
    commands = re.findall(r"^```\n(.*?)\n```", section, re.MULTILINE | re.DOTALL)
    assert commands == ["scripts/local", "scripts/test"]


def test_the_table_of_languages_is_current() -> None:
    assert language_table.refreshed(README) == README, "run: python -m infra.local.language_table"


def test_the_folders_exist() -> None:
    for folder in re.findall(r"^\| `([^`<]+)` \|", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
