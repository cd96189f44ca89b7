"""The hand-over of a job to a program that waits: what it gets, and which jobs it can be given."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from functions.core.languages import Waiting, catalog, tools
from functions.core.limits import ARGS_BYTES, ENV_BYTES
from runtime_images.worker.sandbox.contract import Command
from runtime_images.worker.sandbox.handover import Handover
from runtime_images.worker.sandbox.policy import policy

WAITING = Waiting(env={"HOOK": "/etc/language/hook", "MODE": "waits"}, cold=("SLOW*",))
PLAIN = Command(("lang", "main.x"), {"MODE": "own", "KEPT": "1"}, timeout=1)


@pytest.fixture
def handover() -> Iterator[Handover]:
    made = Handover(PLAIN, WAITING, os.geteuid())
    yield made
    made.close()


def job(*arguments: str, argv: tuple[str, ...] = PLAIN.argv, **env: str) -> Command:
    return Command((*argv, *arguments), {**PLAIN.env, **env}, timeout=1)


def test_it_is_started_with_what_leads_to_its_hook(handover: Handover) -> None:
    assert handover.command.argv == PLAIN.argv
    assert handover.command.env == {"HOOK": "/etc/language/hook", "MODE": "waits", "KEPT": "1"}


def test_it_gets_arguments_and_every_variable_that_changes(handover: Handover) -> None:
    assert handover.give(job("", "two words", "ü", NEW="a=b\n", KEPT="2"))
    handover.release()
    words = os.read(handover.theirs[0], 1 << 20).decode().split("\0")
    assert words[:4] == ["3", "", "two words", "ü"]
    assert sorted(words[4:]) == ["", "HOOK", "KEPT=2", "MODE=own", "NEW=a=b\n"]
    assert os.read(handover.theirs[0], 1) == b""


@pytest.mark.parametrize(
    ("command", "fits"),
    [
        (job(), True),
        (job("argument"), True),
        (job(NEW="", KEPT="2"), True),
        (job(argv=("lang", "-o", "main.x")), False),
        (job(argv=("lang",)), False),
        (job(SLOW_START="1"), False),
        (job(HOOK="own"), False),
        (job(LD_PRELOAD="x.so"), False),
        (job(LC_TIME="de"), False),
        (job(argv=("env", "A=b", "lang", "main.x")), False),
    ],
)
def test_it_becomes_only_what_it_could_have_been(handover: Handover, command: Command, fits: bool) -> None:
    assert handover.fits(command) == fits


def test_the_largest_job_fits_and_what_the_pipe_does_not_hold_starts_cold(handover: Handover) -> None:
    largest = job("x" * ARGS_BYTES, NEW="x" * ENV_BYTES)
    assert handover.fits(largest)
    assert not handover.fits(job(*(["x" * ARGS_BYTES] * 8)))
    assert handover.give(largest)


def test_it_has_arrived_when_it_says_so_and_not_when_it_has_ended(handover: Handover) -> None:
    assert not handover.arrived(seconds=0)
    says, ends = (Handover(PLAIN, WAITING, os.geteuid()) for _ in range(2))
    os.write(says.theirs[1], b"\0")
    for each in (says, ends):
        each.close_theirs()
    assert says.arrived()
    assert not ends.arrived()
    assert not ends.give(job())
    for each in (says, ends):
        each.close()


@pytest.mark.parametrize("language_id", [each.id for each in catalog().values() if each.waiting])
def test_each_language_says_how_it_waits_and_its_hook_is_among_its_tools(language_id: str) -> None:
    language = catalog()[language_id]
    waiting, folder = language.waiting, tools(language_id)
    assert waiting
    assert folder
    assert waiting.env
    assert not waiting.env.keys() & policy().environment.keys(), "it would be taken away at the release"
    assert any(f"{policy().waiting.go}" in path.read_text() for path in folder.iterdir())
