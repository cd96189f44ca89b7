"""The examples synthesize, and what AWS's own checks say of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging import ROOT
from tests.infra.assembly import Assembly, example, synthesize

# Of the CloudFormation that CDK writes, not of what it means: its explicit dependencies repeat what references say.
REDUNDANT_DEPENDENCY = "W3005"
CDK_OWN = "CloudFormation-Validate::"  # what CDK acknowledges of its own checks


def violations(assembly: Assembly) -> set[str]:
    return {each["ruleName"] for plugin in assembly.report["pluginReports"] for each in plugin["violations"]}


def acknowledgements(assembly: Assembly) -> dict[str, set[str]]:
    """Return the acknowledged rules with their reasons."""
    found: dict[str, set[str]] = {}
    for path in assembly.folder.glob("*.metadata.json"):
        for entries in json.loads(path.read_text()).values():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    for rule, reason in entry["data"].items():
                        if not rule.startswith(CDK_OWN):
                            found.setdefault(rule.removeprefix("Annotation::"), set()).add(reason)
    return found


def test_nothing_found(assembly: Assembly) -> None:
    assert violations(assembly) == set()
    assert all(len(reason) > 30 for reasons in acknowledgements(assembly).values() for reason in reasons)


@pytest.mark.parametrize("name", ["small", "standard"])
def test_each_acknowledgement_answers_a_finding(
    name: str, assemblies: dict[str, Assembly], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aws_cdk import Validations  # noqa: PLC0415  # starts Node

    monkeypatch.setattr(Validations, "acknowledge", lambda *_: None)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        synthesize(example(name), tmp_path)
    assert violations(Assembly(tmp_path)) == set(acknowledgements(assemblies[name]))


def test_no_warning(assembly: Assembly) -> None:
    manifest = json.loads((assembly.folder / "manifest.json").read_text())
    messages = [
        (where, entry)
        for artifact in manifest["artifacts"].values()
        for where, entries in artifact.get("metadata", {}).items()
        for entry in entries
        if entry["type"] in ("aws:cdk:warning", "aws:cdk:error")
    ]
    assert messages == []


def test_cfn_lint(assemblies: dict[str, Assembly]) -> None:
    kinds = {name: {each["Type"] for _, each in one.of_type()} for name, one in assemblies.items()}
    assert kinds["standard"] <= kinds["large"]  # so two are enough: it takes seconds for each
    linted = (assemblies["small"], assemblies["large"])
    templates = [str(path) for each in linted for path in each.folder.glob("*.template.json")]
    lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(lint), "--ignore-checks", REDUNDANT_DEPENDENCY, "--", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_app_runs_by_itself(tmp_path: Path) -> None:
    """As the CDK CLI runs it, with neither credentials, nor Docker, nor a Node of the machine on its path."""
    environment = {"CDK_OUTDIR": str(tmp_path / "out"), "PATH": "/nowhere", "HOME": os.environ["HOME"]}
    command = [sys.executable, str(ROOT / "app.py")]
    done = subprocess.run([*command, example("small")], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out" / "code-small.template.json").is_file()
    wrong = tmp_path / "settings.json"
    wrong.write_text('{"languages": ["klingon"]}')
    done = subprocess.run([*command, wrong], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("app.py: languages: there is no image of klingon; there are: ")
    assert done.stderr.count("\n") == 1


def test_wrong_settings_are_told(tmp_path: Path) -> None:
    for settings, words in (
        ({"hot_pool": {}}, "hot_pool: there is no such setting; do you mean hot_pools"),
        ({"alarms": {"mail": "a@example.com"}}, "alarms.mail: there is no such setting"),
        ([], "settings are one JSON object"),
        ({"images": {"repositories": "a"}}, "images.tag: Field required. Ready images in ECR"),
        ({"hot_pools": {"python-semitrusted": 1}, "network_modes": ["zerotrust"]}, "python-semitrusted"),
        ({"network_modes": ["semitrusted"]}, "must include zerotrust"),
        ({"languages": ["klingon"]}, "no image of klingon"),
        ({"name": "No_Good"}, "name"),
        ({"semitrusted_ports": [80]}, "semitrusted_ports must include 443"),
        ({"zones": 4}, "zones: this won't do. How many availability zones"),
        ({"zones": ["eu-west-1"]}, "zones"),
        ({"zones": []}, "zones"),
    ):
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(settings))
        with pytest.raises(ValueError, match=words) as told:
            synthesize(path, tmp_path / "out")
        assert "\n" not in str(told.value)
        assert "pydantic" not in str(told.value)
    path.write_text("{")
    with pytest.raises(ValueError, match="this isn't JSON"):
        synthesize(path, tmp_path / "out")
