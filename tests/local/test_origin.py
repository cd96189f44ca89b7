"""A program starts from the same state whatever its service was started from: here, one as odd as can be."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator

import pytest

from functions.core.languages import catalog
from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox.policy import policy
from tests.conformance.shapes import available
from tests.conformance.test_languages import greets, program
from tests.conftest import LocalService, serving

# As hardened servers, scripts and old shells leave it; what no ordinary user could undo, only where root does this.
SPOIL = """
import ctypes, os, resource, signal, sys
os.umask(0o077)
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
libc = ctypes.CDLL(None)
libc.personality(0x0040000)
libc.prctl(29, 1_000_000, 0, 0, 0)
libc.prctl(41, 1, 0, 0, 0)
open("/proc/self/oom_score_adj", "w").write("300")
capabilities = int(open("/proc/self/status").read().split("CapEff:")[1].split()[0], 16)
raises = capabilities >> 24 & 1  # CAP_SYS_RESOURCE, which root of a container may lack
for name, soft, hard in (("STACK", 1 << 20, 1 << 20), ("AS", 16 << 30, 16 << 30), ("NOFILE", 512, 512),
                         ("FSIZE", 1 << 20, 1 << 26), ("SIGPENDING", 99, 99)):
    kind = getattr(resource, f"RLIMIT_{name}")
    resource.setrlimit(kind, (soft, hard if raises else resource.getrlimit(kind)[1]))
if capabilities >> 23 & 1:  # CAP_SYS_NICE
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    os.nice(1)
os.execv(sys.argv[1], sys.argv[1:])
"""
STATE = """
import ctypes, json, os, re, resource
status = open("/proc/self/status").read()
print(json.dumps({
    "umask": re.search(r"Umask:\\s+(\\d+)", status)[1],
    "affinity": len(os.sched_getaffinity(0)),
    "scheduler": os.sched_getscheduler(0),
    "nice": os.nice(0),
    "personality": ctypes.CDLL(None).personality(0xFFFFFFFF),
    "slack": open("/proc/self/timerslack_ns").read().strip(),
    "huge": ctypes.CDLL(None).prctl(42, 0, 0, 0, 0),
    "oom": open("/proc/self/oom_score_adj").read().strip(),
    "limits": {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
               for name in ("STACK", "AS", "NOFILE", "FSIZE", "SIGPENDING", "CORE", "NICE")},
}))
"""
C_LIBRARY_SIGNALS = 3 << 31  # 32 and 33: its own, which it ignores in what it starts
EXPECTED = {
    "umask": "0022",
    "affinity": len(os.sched_getaffinity(0)),
    "scheduler": os.SCHED_OTHER,
    "nice": 0,
    "personality": 0,
    "slack": "50000",
    "huge": 0,
    "oom": "1000",
}
INTERRUPTED = {
    "bash": 'kill -INT $$; echo "still here"',
    "perl": 'kill "INT", $$; sleep 5; print "still here\\n";',
    "ruby": 'Process.kill("INT", Process.pid); sleep 5; puts "still here"',
    "tcl": "exec kill -INT [pid]; after 5000; puts {still here}",
    "javascript": 'process.kill(process.pid, "SIGINT"); setTimeout(() => console.log("still here"), 5000);',
    "c": '#include <signal.h>\n#include <stdio.h>\nint main(void) { raise(SIGINT); puts("still here"); }',
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalService]:
    state = tmp_path_factory.mktemp("odd") / "state"
    with serving(state, "--workers", "1", through=(sys.executable, "-c", SPOIL)) as running:
        yield running


def test_a_program_sees_nothing_of_it(odd: LocalService) -> None:
    result = odd.client.execute("python", STATE)
    state = json.loads(result["stdout"])
    assert {name: state[name] for name in EXPECTED} == EXPECTED
    limits = {name.lower(): soft for name, (soft, _) in state["limits"].items()}
    ours = SandboxLimits()
    assert (limits.pop("nofile"), limits.pop("fsize")) == (ours.open_files, ours.file_mb * MIB)
    assert limits.pop("stack") > 8 * MIB
    assert limits == {name: policy().rlimits[name] for name in limits}


def test_no_signal_is_blocked_or_ignored(odd: LocalService) -> None:
    result = odd.client.execute("bash", "exec grep -E '^(Sig(Blk|Ign|Pnd)|ShdPnd)' /proc/self/status")
    masks = [int(line.split()[1], 16) for line in result["stdout"].splitlines()]
    assert [mask & ~C_LIBRARY_SIGNALS for mask in masks] == [0, 0, 0, 0], result


@pytest.mark.parametrize("language", INTERRUPTED)
def test_a_signal_ends_a_program(odd: LocalService, language: str) -> None:
    if available(odd.client, language):
        result = odd.client.execute(language, INTERRUPTED[language])
        assert (result["exit_code"], result["stdout"]) == (130, ""), result


def test_an_interrupt_is_an_exception_in_python(odd: LocalService) -> None:
    code = "import os\ntry:\n    os.kill(os.getpid(), 2)\nexcept KeyboardInterrupt:\n    print('heard')"
    assert odd.client.execute("python", code)["stdout"] == "heard\n"


def test_a_pipe_that_nobody_reads_ends_its_writer(odd: LocalService) -> None:
    result = odd.client.execute(
        "bash", "yes | head -1; echo ${PIPESTATUS[0]}; (sleep 0.1; kill -CHLD $$) & wait; echo end"
    )
    assert result["stdout"] == "y\n141\nend\n"


# They read what the machine has in /etc, or find themselves by links there.
@pytest.mark.parametrize(
    "language", ["awk", "c", "fortran", "java", "javascript", "pascal", "perl", "php", "python", "r"]
)
def test_a_language_runs(odd: LocalService, language: str) -> None:
    if available(odd.client, language):
        code, _ = program(catalog()[language], "hello")
        greets(catalog()[language], odd.client.execute(language, code))


def test_it_ends_when_it_is_told_to(odd: LocalService) -> None:
    """The last test of this file: a service that was started with SIGTERM blocked hears it."""
    odd.process.terminate()
    assert odd.process.wait(60) == 0  # on one processor, behind all others, it removes what its workers had
