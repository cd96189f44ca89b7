"""python -m client, as a person or a script uses it, against the running service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from client import batches
from client.api import Account, Api
from client.artifacts import save
from client.elapsed import Elapsed
from client.follow import Stream
from tests.client import Client
from tests.conftest import LocalService
from tests.receiver import receiving

ROOT = Path(__file__).parents[2]


class Terminal:
    """Where commands are typed: the service's key is in the environment, `folder` is where files are."""

    def __init__(self, service: LocalService, folder: Path) -> None:
        values = (line.split("=", 1) for line in (service.state / "key.env").read_text().splitlines())
        self.environment = {**os.environ, **dict(values), "PYTHONPATH": str(ROOT)}
        self.folder = folder

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "client", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, stdin: str = "", without: str = "") -> tuple[int, str, str]:
        """Run a command; return its exit code, stdout and stderr."""
        kept: Mapping[str, str] = {name: value for name, value in self.environment.items() if name != without}
        done = subprocess.run(
            [sys.executable, "-m", "client", *arguments],
            check=False,
            cwd=self.folder,
            env=kept,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


@pytest.fixture
def terminal(service: LocalService, tmp_path: Path) -> Terminal:
    return Terminal(service, tmp_path)


@pytest.mark.parametrize("without", ["", "UNSANDBOX_PUBLIC_KEY"], ids=["signed", "by secret"])
def test_a_file_by_its_extension(terminal: Terminal, without: str) -> None:
    code = "import sys\nprint('größer', sys.argv[1:])\nprint('oh', file=sys.stderr)\nsys.exit(3)\n"
    program = terminal.write("program.py", code)
    assert terminal.run("run", program, "a", "-x", without=without) == (3, "größer ['a', '-x']\n", "oh\n")


def test_a_file_by_its_shebang(terminal: Terminal) -> None:
    for line in (
        "/usr/bin/env -S bash -e",
        "/usr/bin/env -Sbash -e",
        "/usr/bin/env -S -u HOME A=1 bash",
        "/bin/bash -e",
    ):
        assert terminal.run("run", terminal.write("tool", f"#!{line}\necho $0\n"))[0] == 0, line
    code, _, stderr = terminal.run("run", terminal.write("nothing", "echo 1\n"))
    assert code == 125
    assert "--language" in stderr


def test_everything_that_goes_in(terminal: Terminal) -> None:
    terminal.environment["FROM_HERE"] = "here"
    data = terminal.write("data.txt", "data\n")
    program = terminal.write("all", 'cat; cat data.txt; echo "$A $FROM_HERE"; echo made > "$ARTIFACTS_DIR/made.txt"')
    options = ("-l", "bash", "-e", "A=1=2", "-e", "FROM_HERE", "-f", data, "-a", "-o", "out", "-n", "zerotrust")
    code, stdout, stderr = terminal.run("run", *options, "--ttl", "9", "--stdin", program, stdin="in\n")
    assert (code, stdout) == (0, "in\ndata\n1=2 here\n")
    assert "out/made.txt" in stderr
    assert (terminal.folder / "out" / "made.txt").read_text() == "made\n"


def test_the_program_on_standard_input(terminal: Terminal) -> None:
    assert terminal.run("run", "-l", "bash", "-", stdin="echo $((6 * 7))") == (0, "42\n", "")


def test_time_is_up(terminal: Terminal) -> None:
    program = terminal.write("loop.sh", "echo first; while :; do :; done")
    code, stdout, stderr = terminal.run("run", "--ttl", "1", program)
    assert (code, stdout) == (124, "first\n")
    assert "timeout" in stderr


def test_output_arrives_while_the_program_runs_and_ctrl_c_cancels(terminal: Terminal, api: Client) -> None:
    command = terminal.start("run", terminal.write("slow.sh", "echo first; sleep 60; echo never"))
    assert command.stdout
    assert command.stdout.readline() == "first\n"
    assert command.poll() is None
    command.send_signal(signal.SIGINT)
    rest, stderr = command.communicate(timeout=20)
    assert (command.returncode, rest) == (130, "")
    assert "cancelled" in stderr
    assert api.request("GET", "/jobs").json["jobs"] == []


def test_output_that_grew_beyond_what_a_running_job_shows_is_whole(terminal: Terminal) -> None:
    program = terminal.write("much.py", "import time\nfor n in range(40_000):\n    print(n, flush=n % 10_000 == 0)\n"
                             "    if n == 20_000: time.sleep(1.5)\n")  # fmt: skip
    code, stdout, _ = terminal.run("run", program)
    assert (code, stdout) == (0, "".join(f"{n}\n" for n in range(40_000)))


def test_looking_after_jobs(terminal: Terminal, api: Client) -> None:
    job_id = api.submit("bash", "echo first; sleep 60")
    api.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
    code, stdout, _ = terminal.run("jobs")
    assert code == 0
    assert [line.split()[:3] for line in stdout.splitlines()] == [[job_id, "running", "bash"]]
    assert terminal.run("cancel", job_id) == (0, "first\n", "")
    code, stdout, stderr = terminal.run("attach", job_id)
    assert (code, stdout) == (130, "first\n")
    assert "cancelled" in stderr
    code, _, stderr = terminal.run("cancel", job_id)
    assert code == 125
    assert stderr.startswith("error: The job has ended already")


def test_languages(terminal: Terminal) -> None:
    code, stdout, _ = terminal.run("languages")
    assert code == 0
    assert "bash" in [line.split()[0] for line in stdout.splitlines()]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"UNSANDBOX_BASE_URL": "http://127.0.0.1:9"}, "no answer from 127.0.0.1:9"),
        ({"UNSANDBOX_BASE_URL": "example.org"}, "must be a URL"),
        ({"UNSANDBOX_SECRET_KEY": "unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa"}, "key"),
    ],
)
def test_what_cannot_work_says_why(terminal: Terminal, change: dict[str, str], complaint: str) -> None:
    terminal.environment |= change
    start = time.monotonic()
    code, stdout, stderr = terminal.run("jobs")
    assert (code, stdout) == (125, "")
    assert stderr.startswith("error: ")
    assert complaint in stderr
    assert time.monotonic() - start < 10


def test_a_refused_value_is_said_to_be_one(terminal: Terminal) -> None:
    program = terminal.write("a.sh", "echo 1")
    for arguments, complaint in (
        (("--ttl", "0", program), "ttl"),
        (("-n", "open", program), "semitrusted"),
        (("-e", "A-B=1", program), "env"),
        (("-l", "bsh", program), "Did you mean bash"),
        (("nowhere.py",), "nowhere.py: No such file"),
        (("-f", "nowhere.csv", program), "nowhere.csv: No such file"),
    ):
        code, stdout, stderr = terminal.run("run", *arguments)
        assert (code, stdout) == (125, "")
        assert stderr.startswith("error: ")
        assert complaint in stderr
        assert "Errno" not in stderr


def test_input_that_is_no_text(terminal: Terminal) -> None:
    process = terminal.start("run", "--stdin", terminal.write("a.sh", "cat"))
    assert process.stdin
    os.write(process.stdin.fileno(), b"\xff\xfe")
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 125
    assert stderr == "error: standard input is not UTF-8 text; pass on other data as a file, with --input\n"


def test_a_terminal_that_cannot_show_it_all(terminal: Terminal) -> None:
    terminal.environment |= {"PYTHONIOENCODING": "ascii"}
    assert terminal.run("run", terminal.write("a.sh", "echo größer")) == (0, "gr??er\n", "")


def test_a_closed_pipe_ends_quietly_and_cancels(terminal: Terminal, api: Client) -> None:
    before = {job["job_id"] for job in api.request("GET", "/jobs").json["jobs"]}
    with terminal.start("run", terminal.write("a.sh", "while :; do echo tick; sleep 0.2; done")) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "tick\n"
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == ""
    assert {job["job_id"] for job in api.request("GET", "/jobs").json["jobs"]} <= before


def test_any_bytes_come_back_in_an_artifact(terminal: Terminal) -> None:
    code = "import os; open(os.environ['ARTIFACTS_DIR'] + '/all.bin', 'wb').write(bytes(range(256)) * 100)"
    assert terminal.run("run", "-a", "-o", "made/here", terminal.write("a.py", code))[0] == 0
    assert (terminal.folder / "made" / "here" / "all.bin").read_bytes() == bytes(range(256)) * 100


def test_a_missing_variable_is_named(terminal: Terminal) -> None:
    code, _, stderr = terminal.run("jobs", without="UNSANDBOX_SECRET_KEY")
    assert code == 125
    assert "UNSANDBOX_SECRET_KEY is not set" in stderr


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "..", ".", "", "a\\b", "a\0b"])
def test_artifacts_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    artifact = {"filename": name, "content_base64": "eA==", "sha256": "0" * 64}
    with pytest.raises(Exception, match="refused"):
        save([artifact], tmp_path / "out")
    assert list(tmp_path.rglob("x")) == []


def test_artifacts_follow_no_link_and_are_compared(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(victim)
    good = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of x
    with pytest.raises(OSError, match="link"):
        save([{"filename": "link", "content_base64": "eA==", "sha256": good}], out)
    assert victim.read_text() == "mine"
    with pytest.raises(Exception, match="damaged"):
        save([{"filename": "y", "content_base64": "eA==", "sha256": "0" * 64}], out)


def test_half_a_character_waits_for_its_rest(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Stream(sys.stdout, Elapsed(sys.stderr))
    stream.grow("a\ufffd")
    stream.grow("aü")
    stream.end("aü!")
    assert capsys.readouterr().out == "aü!"


def test_a_program_is_answered_while_it_runs(terminal: Terminal) -> None:
    program = terminal.write("ask.py", "while name := input('name? '): print('hello', name)\nprint('bye')\n")
    command = terminal.start("run", "-i", program)
    assert command.stdin
    assert command.stdout
    for name in ("Ada", "größer"):
        command.stdin.write(name + "\n")
        command.stdin.flush()
        assert command.stdout.readline() == f"name? hello {name}\n"
    command.stdin.close()
    assert command.stderr
    assert "EOFError" in command.stderr.read()
    assert command.stdout.read() == "name? "
    command.stdout.close()
    command.stderr.close()
    assert command.wait(20) == 1


def test_an_answer_that_is_no_text_is_told(terminal: Terminal) -> None:
    process = terminal.start("run", "-i", "--ttl", "2", terminal.write("a.sh", "cat"))
    assert process.stdin
    os.write(process.stdin.fileno(), b"\xff\xfe")
    _, stderr = process.communicate(timeout=60)
    assert "not UTF-8" in stderr
    assert process.returncode == 124


def test_several_files_at_once(terminal: Terminal) -> None:
    files = [terminal.write(f"{number}.sh", f"echo {number} $A; exit {number}\n") for number in range(2)]
    code, stdout, stderr = terminal.run("batch", "-e", "A=a", *files)
    assert (code, stderr) == (1, "")
    assert sorted(stdout.splitlines()) == ["0 a", "1 a", "== 0.sh: ok", "== 1.sh: exit code 1"]
    code, stdout, stderr = terminal.run("batch", "-l", "pyton", files[0])
    assert (code, stdout) == (1, "")
    assert stderr.startswith("0.sh: There is no language 'pyton'.")
    assert terminal.run("batch", files[0])[0] == 0


def test_more_programs_than_a_request_takes(service: LocalService) -> None:
    values = dict(line.split("=", 1) for line in (service.state / "key.env").read_text().splitlines())
    api = Api(Account.from_environment(values))
    program = {"language": "bash", "code": "echo $1"}
    accepted = batches.submit(api, [{**program, "args": [str(number)]} for number in range(3)] + [{}] * 100)
    assert [("error" in job) for job in accepted] == [False] * 3 + [True] * 100
    found = dict(batches.results(api, [job["job_id"] for job in accepted[:3]]))
    assert [found[job["job_id"]]["stdout"] for job in accepted[:3]] == ["0\n", "1\n", "2\n"]


def test_a_program_is_tested(terminal: Terminal) -> None:
    program = terminal.write("double.sh", "read n; echo $((n * 2))")
    (terminal.folder / "tests").mkdir()
    for name, given, expected in (("one", "1", "2\n"), ("two", "2", "5\n"), ("three", "3", None)):
        terminal.write(f"tests/{name}.in", given)
        if expected:
            terminal.write(f"tests/{name}.out", expected)
    code, stdout, stderr = terminal.run("run", "--tests", "tests", program)
    assert (code, stdout) == (1, "1..3\nok 1 - one\nok 2 - three\nnot ok 3 - two\n")
    assert stderr == "== two: another output\nprinted  4\nexpected 5\nerror: 1 of 3 tests didn't pass\n"
    terminal.write("tests/two.out", "4")
    assert terminal.run("run", "--tests", "tests", program)[::2] == (0, "")
    assert terminal.run("run", "--tests", "tests", "--exact", program)[1].endswith("not ok 3 - two\n")


def test_tests_in_a_file(terminal: Terminal) -> None:
    program = terminal.write("first.sh", "echo $1")
    tests = terminal.write("tests.json", '[{"args": ["a"], "expected_output": "a"}, {"expected_output": "b"}, {}]')
    code, stdout, stderr = terminal.run("run", "--tests", tests, "--stop", program, "c")
    assert (code, stdout) == (1, "1..3\nok 1\nnot ok 2\nnot ok 3 # SKIP\n")
    assert stderr == "== test 2: another output\nprinted  c\nexpected b\nerror: 2 of 3 tests didn't pass\n"
    for bad, complaint in (("[]", "has no tests"), ("{}", "must be a list"), ("[", "isn't JSON"), ("[1]", "tests")):
        assert complaint in terminal.run("run", "--tests", terminal.write("bad", bad), program)[2]
    assert "has no tests" in terminal.run("run", "--tests", ".", program)[2]


def test_a_webhook(terminal: Terminal) -> None:
    file = terminal.write("a.sh", "echo told")
    code, secret, _ = terminal.run("webhook-secret")
    assert code == 0
    with receiving() as receiver:
        assert terminal.run("run", "--webhook", receiver.url, file)[:2] == (0, "told\n")
        assert receiver.wait()[0].verified(secret.strip())["result"]["stdout"] == "told\n"
