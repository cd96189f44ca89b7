"""What programs get and what they leave: input, environment, output, exit codes, signals, limits of time."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import pytest

from tests.client import Client
from tests.conformance.shapes import available, check, check_result
from tests.multipart import post_form

MIB = 1_048_576
CSV = base64.b64encode(b"name,age\nAda,36\nGrace,45\n").decode()

READ_CSV = {
    "python": 'import csv\nprint([row["name"] for row in csv.DictReader(open("{}"))])',
    "javascript": 'console.log(require("fs").readFileSync("{}", "utf8").split("\\n").slice(1, 3))',
    "perl": 'open my $f, "<", "{}" or die $!; <$f>; print join(",", map {{ (split /,/)[0] }} <$f>), "\\n";',
}


@pytest.mark.parametrize("name", ["data.csv", "/tmp/input/data.csv"])  # noqa: S108
@pytest.mark.parametrize("language", READ_CSV)
def test_an_input_file_is_read_by_name(api: Client, language: str, name: str) -> None:
    if available(api, language):
        files = [{"filename": "data.csv", "content": CSV}]
        result = api.execute(language, READ_CSV[language].format(name), input_files=files)
        assert "Ada" in result["stdout"], result
        assert "Grace" in result["stdout"]


def test_an_uploaded_input_file(api: Client) -> None:
    form = api.request("POST", "/uploads").json
    check(form, {"upload_id": str, "url": str, "fields": dict, "expires_in": int, "max_bytes": int})
    content = bytes(range(256)) * 16_000
    assert post_form(form["url"], form["fields"], content) in (200, 201, 204)
    files = [{"filename": "big.bin", "upload_id": form["upload_id"]}]
    result = api.execute("bash", "sha256sum < big.bin; wc -c < /tmp/input/big.bin", input_files=files)
    assert result["stdout"].split() == [hashlib.sha256(content).hexdigest(), "-", str(len(content))]


def test_input_files_without_names_are_numbered(api: Client) -> None:
    files = [{"content": CSV}, {"filename": "ü b.bin", "content_base64": base64.b64encode(b"\0\xff").decode()}]
    result = api.execute("bash", 'head -1 0; od -An -tx1 "ü b.bin"; ls /tmp/input', input_files=files)
    assert result["stdout"] == "name,age\n 00 ff\n0\nü b.bin\n"


def test_the_working_directory_is_private_and_home(api: Client) -> None:
    code = 'echo x > file; test "$PWD" = "$HOME" && test -w /tmp && cat file; id -u; ls -A "$ARTIFACTS_DIR"'
    result = api.execute("bash", code)
    assert result["stdout"].startswith("x\n"), result
    assert int(result["stdout"].split()[1]) > 0
    assert "file" not in api.execute("bash", "ls; ls /tmp")["stdout"]


def test_stdin_args_and_env(api: Client) -> None:
    code = "import os, sys\nprint(sys.stdin.read(), sys.argv[1:], os.environ['NAME'], 'AWS_REGION' in os.environ)"
    fields: dict[str, Any] = {"stdin": "zeile ü\n", "args": ["", "a b", "-x", "ü"], "env": {"NAME": "wert ✓"}}
    result = api.execute("python", code, **fields)
    assert result["stdout"] == "zeile ü\n ['', 'a b', '-x', 'ü'] wert ✓ False\n"
    assert api.execute("python", "import sys; print(repr(sys.stdin.read()))")["stdout"] == "''\n"


def test_a_large_stdin(api: Client) -> None:
    result = api.execute("bash", "wc -c", stdin="x" * MIB)
    assert result["stdout"].strip() == str(MIB)


@pytest.mark.parametrize("code", [0, 1, 3, 127, 255])
def test_exit_codes(api: Client, code: int) -> None:
    result = api.execute("bash", f"echo out; echo err >&2; exit {code}")
    check_result(result)
    assert (result["exit_code"], result["success"], result["status"]) == (code, code == 0, "completed")
    assert (result["stdout"], result["stderr"]) == ("out\n", "err\n")


@pytest.mark.parametrize("number", [6, 9, 11, 15])
def test_signals(api: Client, number: int) -> None:
    result = api.execute("python", f"import os\nprint('before')\nos.kill(os.getpid(), {number})")
    check_result(result)
    assert (result["exit_code"], result["success"], result["status"]) == (128 + number, False, "completed")
    assert result["stdout"] == "before\n"
    assert str(number) in result["error"]


def test_a_traceback_is_on_stderr(api: Client) -> None:
    result = api.execute("python", "print(1)\n1 / 0")
    assert (result["stdout"], result["exit_code"]) == ("1\n", 1)
    assert "ZeroDivisionError" in result["stderr"]


BROKEN = {
    "c": "int main(void) { return x; }",
    "cpp": "int main() { return x; }",
    "rust": "fn main() { x }",
    "java": "public class Main { x }",
}


@pytest.mark.parametrize("language", BROKEN)
def test_compiler_output_is_on_stderr(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, BROKEN[language])
        check_result(result)
        assert (result["status"], result["success"], result["stdout"]) == ("completed", False, "")
        assert result["exit_code"] > 0
        assert "error" in result["stderr"]
        assert result["compile_time_ms"] > 0


def test_output_that_is_not_utf8(api: Client) -> None:
    result = api.execute("python", r"import sys; sys.stdout.buffer.write(b'a\xff\xc3\x28\0z')")
    assert result["stdout"] == "a\ufffd\ufffd(\0z"


def test_unicode(api: Client) -> None:
    text = "héllo wörld ✓ 漢字 👩\u200d💻 \u202e"
    assert api.execute("python", f"print({text!r})")["stdout"] == text + "\n"
    assert api.execute("bash", f"cat <<'E'\n{text}\nE")["stdout"] == text + "\n"


def test_an_endless_loop_times_out_with_its_output(api: Client) -> None:
    api.execute("python", "1")
    start = time.monotonic()
    result = api.execute("python", "print('so far')\nwhile True: pass", ttl=2)
    assert 2 <= time.monotonic() - start < 3.5
    check_result(result)
    assert (result["status"], result["exit_code"], result["stdout"]) == ("timeout", -1, "so far\n")
    assert "timeout" in result["error"]


def test_what_a_program_leaves_behind_ends_with_it(api: Client) -> None:
    """A daemon that keeps the output open doesn't keep the job."""
    start = time.monotonic()
    result = api.execute("bash", "(trap '' HUP TERM; sleep 60) & disown; setsid sleep 61 & echo done", ttl=30)
    assert time.monotonic() - start < 10
    assert (result["status"], result["stdout"]) == ("completed", "done\n")


def test_a_large_submission_and_a_large_result(api: Client) -> None:
    """Both are too big for a database item."""
    content = bytes(range(256)) * (4 * MIB // 256)
    files = [{"filename": "big.bin", "content": base64.b64encode(content).decode()}]
    code = "import hashlib; print(hashlib.sha256(open('big.bin', 'rb').read()).hexdigest()); print('x' * 1_500_000)"
    job = api.finished(api.submit("python", code, input_files=files))
    digest, rest = job["result"]["stdout"].split("\n", 1)
    assert digest == hashlib.sha256(content).hexdigest()
    assert rest == "x" * 1_500_000 + "\n"
    assert not job["result"]["stdout_truncated"]


def test_artifacts(api: Client) -> None:
    code = "echo hi > $ARTIFACTS_DIR/a.txt; ln -s /etc/passwd $ARTIFACTS_DIR/link"
    result = api.execute("bash", code, return_artifact=True)
    check_result(result)
    digest = hashlib.sha256(b"hi\n").hexdigest()
    assert result["artifacts"] == [
        {
            "filename": "a.txt",
            "path": "a.txt",
            "content_base64": "aGkK",
            "size": 3,
            "sha256": digest,
            "type": "base64",
        }
    ]
    assert result["artifacts_left_out"] == {"kind": 1}
    unasked = api.execute("bash", code)
    check_result(unasked)
    assert (unasked["artifacts"], unasked["artifacts_total"]) == ([], 0)


LEFT_OUT = {
    "files": ("for i in {1..1000}; do echo $i > $i; done", 100, {"files": 900}),
    "bytes": ("for i in 1 2 3 4; do head -c 3MB /dev/zero > $i; done", 3, {"bytes": 1}),
    "bytes-of-one": ("head -c 11000000 /dev/zero > a; echo b > b", 1, {"bytes": 1}),
    "unreadable": ("echo a > a; echo b > b; chmod 0 b; mkdir c; chmod 0 c", 1, {"unreadable": 2}),
    "kind": ("echo a > a; mkfifo b; ln -s a c; echo d > d; ln d e", 1, {"kind": 4}),
    "depth": ("mkdir -p 1/2/3/4/5/6/7/8/9; touch 1/2/3/4/5/6/7/8/in 1/2/3/4/5/6/7/8/9/out", 1, {"depth": 1}),
    "entries": ("mkdir a; (cd a; seq 10050 | xargs touch)", 100, {"files": 9898, "entries": 52}),
    "several": (
        "head -c 11MB /dev/zero > a; ln -s a b; for i in {1..101}; do echo > $i; done",
        100,
        {"files": 2, "kind": 1},
    ),
    "nothing": ("mkdir -p a/b; echo > a/b/c", 1, {}),
}


@pytest.mark.parametrize(("code", "count", "left_out"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_artifacts_that_are_left_out_are_counted(
    api: Client, code: str, count: int, left_out: dict[str, int]
) -> None:
    result = api.execute("bash", f"cd $ARTIFACTS_DIR; {code}", return_artifact=True)
    check_result(result)
    assert (len(result["artifacts"]), result["artifacts_left_out"]) == (count, left_out), result["stderr"]


def test_an_artifacts_path(api: Client) -> None:
    code = (
        """cd $ARTIFACTS_DIR; mkdir -p d/e .f; echo 1 > d/e/z; echo 2 > d_e_z; echo 3 > '.f/ü'; echo 4 > $'a\\\tb'"""
    )
    result = api.execute("bash", code, return_artifact=True)
    paths = {each["path"]: base64.b64decode(each["content_base64"]) for each in result["artifacts"]}
    assert paths == {"d/e/z": b"1\n", "d_e_z": b"2\n", ".f/ü": b"3\n", "a__b": b"4\n"}
    assert sorted(each["filename"] for each in result["artifacts"]) == ["2_d_e_z", "a__b", "d_e_z", "f_ü"]
