"""Test runs: a program compiled once and run for each test, where nothing is but what was compiled."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest

from functions.core.languages import Language, catalog
from tests.client import Client
from tests.conformance.shapes import available, check_error, check_tests
from tests.conformance.test_languages import program

SQUARE = "print(int(input()) ** 2)"
COMPILED = [language for language in catalog().values() if language.compiled]
DATA = {"filename": "data.txt", "content": base64.b64encode(b"data").decode()}
# Leaves what it can wherever it may write, and tells first what it found there.
LEAVES = r"""
import os, pathlib, subprocess
places = ["/work", "/tmp", "/tmp/artifacts", "/tmp/input", "/dev/shm"]
print(sorted(f"{place}/{name}" for place in places for name in os.listdir(place)))
for place in places:
    pathlib.Path(place, "left").write_text("left")
    pathlib.Path(place, ".hidden").mkdir()
    os.symlink("/etc/passwd", f"{place}/link")
os.remove("/work/data.txt")
os.symlink("/etc/passwd", "/work/data.txt")
pathlib.Path("main.py").write_text("print('another program')")
os.chmod("/tmp/input", 0)
os.chmod("/work", 0o555)
subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
FOUND = str(["/tmp/artifacts", "/tmp/input", "/tmp/input/data.txt", "/work/data.txt", "/work/main.py"])  # noqa: S108
# Looks for what is expected, which it knows backwards only.
SEARCHES = r"""
import os, sys
secret = bytes(reversed(b"7391-tuptuo-detcepxe"))
found = []
def look(path):
    try:
        with open(path, "rb") as file:
            if secret in file.read(1 << 22):
                found.append(path)
    except OSError:
        pass
for folder, below, names in os.walk("/"):
    below[:] = [name for name in below if folder != "/" or name not in ("proc", "sys", "usr", "lib", "lib64", "opt")]
    for name in names:
        if os.path.isfile(f"{folder}/{name}") and not os.path.islink(f"{folder}/{name}"):
            look(f"{folder}/{name}")
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("cmdline", "environ", *(f"fd/{number}" for number in range(100))):
        if not os.path.realpath(f"/proc/{pid}/{name}").startswith("/proc/") or "fd/" not in name:
            look(f"/proc/{pid}/{name}") if not name.startswith("fd/") else None
    for number in range(100):
        path = f"/proc/{pid}/fd/{number}"
        try:
            target = os.readlink(path)
        except OSError:
            continue
        if target.startswith("/memfd:"):
            look(path)
print(found)
"""


def run(api: Client, language: str, code: str, *tests: Any, **fields: Any) -> tuple[dict[str, Any], list[Any]]:
    result = api.execute(language, code, tests=tests, **fields)
    return result, check_tests(result)


def test_a_program_is_run_for_each_test(api: Client) -> None:
    result, tests = run(
        api,
        "python",
        SQUARE,
        {"name": "three", "stdin": "3", "expected_output": "9"},
        {"name": "wrong", "stdin": "4", "expected_output": "17\n"},
        {"stdin": "x", "expected_output": ""},
        {"stdin": "5"},
    )
    assert [test["passed"] for test in tests] == [True, False, False, True]
    assert [test["stdout"] for test in tests] == ["9\n", "16\n", "", "25\n"]
    assert [test["exit_code"] for test in tests] == [0, 0, 1, 0]
    assert [test["name"] for test in tests] == ["three", "wrong", None, None]
    assert "ValueError" in tests[2]["stderr"]
    assert (result["passed"], result["exit_code"], result["status"]) == (2, 1, "completed")
    assert result["error"] == "2 of 4 tests didn't pass"
    assert result["stdout"] == "1..4\nok 1 - three\nnot ok 2 - wrong\nnot ok 3\nok 4\n"
    assert result["execution_time_ms"] == sum(test["execution_time_ms"] for test in tests)


def test_a_test_has_what_its_submission_has_unless_it_says_otherwise(api: Client) -> None:
    _, tests = run(
        api,
        "bash",
        'read line; echo "$line|$1|$A|$B"',
        {},
        {"stdin": "own", "args": ["other"], "env": {"B": "b"}},
        {"stdin": "", "args": [], "env": {"A": "c"}},
        dict.fromkeys(("name", "stdin", "args", "env", "expected_output", "ttl")),
        stdin="all",
        args=["arg"],
        env={"A": "a"},
    )
    assert [test["stdout"] for test in tests] == ["all|arg|a|\n", "own|other|a|b\n", "||c|\n", "all|arg|a|\n"]


@pytest.mark.parametrize(
    ("compare", "output", "expected", "passed"),
    [
        ("trimmed", "a  \n b\t\r\n\n\n", "a\n b", True),
        ("trimmed", "a", "a\n", True),
        ("trimmed", " a", "a", False),
        ("trimmed", "a\n\nb", "a\nb", False),
        ("trimmed", "", "", True),
        ("trimmed", "A", "a", False),
        ("exact", "a\n", "a\n", True),
        ("exact", "a\n", "a", False),
        ("exact", "ä ", "ä ", True),
    ],
)
def test_outputs_are_compared(api: Client, compare: str, output: str, expected: str, passed: bool) -> None:
    test = {"args": [output], "expected_output": expected}
    _, (ran,) = run(api, "bash", 'printf %s "$1"', test, compare=compare)
    assert (ran["stdout"], ran["passed"]) == (output, passed)


def test_nothing_is_left_for_the_next_test(api: Client) -> None:
    _, tests = run(api, "python", LEAVES, *[{"expected_output": FOUND}] * 3, input_files=[DATA])
    assert [(test["stdout"], test["exit_code"], test["stderr"]) for test in tests] == [(f"{FOUND}\n", 0, "")] * 3


def test_nor_where_a_compiler_left_something(api: Client) -> None:
    code = r"""
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    FILE *data = fopen("data.txt", "r+");
    char text[9] = "";
    if (!data || !fgets(text, 9, data)) return 1;
    printf("%s %d %d\n", text, access("left", F_OK), access("/tmp/left", F_OK));
    rewind(data);
    fputs("DATA", data);
    fclose(data);
    remove("main");
    symlink("/bin/true", "main");
    mkdir("left", 0);
    mkdir("/tmp/left", 0);
    return chmod("/work", 0);
}"""
    result, tests = run(api, "c", code, {}, {}, {}, input_files=[DATA])
    assert [(test["stdout"], test["exit_code"]) for test in tests] == [("data -1 -1\n", 0)] * 3, result


def test_no_process_is_left_for_the_next_test(api: Client) -> None:
    code = """
import os, subprocess, time
own = {pid for pid in os.listdir("/proc") if pid.isdigit()}
def command(pid):
    try:
        return open(f"/proc/{pid}/cmdline").read()
    except OSError:
        return ""
print(sum("61.5" in command(pid) for pid in own))
for _ in range(3):
    subprocess.Popen(["sleep", "61.5"], start_new_session=True)
time.sleep(0.2)
"""
    _, tests = run(api, "python", code, {}, {}, {})
    assert [test["stdout"] for test in tests] == ["0\n"] * 3


def test_no_memory_is_left_to_the_next_test(api: Client) -> None:
    code = """
import os, time
ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    held = b"x" * (150 << 20)
    with open("/dev/shm/held", "wb") as file:
        file.write(held[:100 << 20])
    os.write(done, b"x")
    os.closerange(0, 3)
    time.sleep(60)
os.read(ready, 1)
"""
    result, tests = run(api, "python", code, *[{}] * 3)
    assert [(test["exit_code"], test["error"]) for test in tests] == [(0, None)] * 3, result


def test_what_one_test_fills_is_free_to_the_next(api: Client) -> None:
    code = "head -c 5M /dev/zero > a || exit 9; for n in 1 2 3 4 5; do head -c 100M /dev/zero > f$n; done; exit 0"
    _, tests = run(api, "bash", code, {}, {}, {})
    assert [test["exit_code"] for test in tests] == [0] * 3
    assert all("No space left" in test["stderr"] for test in tests), "it is full each time"
    code = "[ -e f9 ] && exit 9; i=0; while : > f$i; do i=$((i+1)); done 2>/dev/null; [ $i -gt 100 ]"
    _, tests = run(api, "bash", code, {}, {})
    assert [test["exit_code"] for test in tests] == [0, 0]


def test_what_a_test_expects_is_not_to_be_found(api: Client) -> None:
    _, tests = run(api, "python", SEARCHES, *[{"expected_output": "expected-output-1937", "ttl": 30}] * 2)
    assert [(test["stdout"], test["stderr"]) for test in tests] == [("[]\n", "")] * 2
    _, (found,) = run(api, "python", SEARCHES, {"stdin": "expected-output-1937", "ttl": 30})
    assert found["stdout"] != "[]\n", "it finds what is there"


def test_a_compiled_program_is_compiled_once(api: Client) -> None:
    code = r"""
#include <stdio.h>
int main(int n, char **a) {
    char word[9];
    scanf("%8s", word);
    printf("%s %s\n", word, __TIME__);
    return n > 1 ? remove("main") : 0;
}"""
    tests = [{"stdin": "one"}, {"stdin": "two", "args": ["x"]}, {"stdin": "three"}]
    result, ran = run(api, "c", code, *tests, return_artifact=True)
    assert [test["passed"] for test in ran] == [True] * 3, ran
    assert len({test["stdout"].split()[1] for test in ran}) == 1
    assert [test["stdout"].split()[0] for test in ran] == ["one", "two", "three"]
    assert result["compile_time_ms"] > 0
    assert [artifact["filename"] for artifact in result["artifacts"]] == ["main"]


def test_a_program_that_does_not_compile(api: Client) -> None:
    result, tests = run(api, "c", "int main( {}", {"stdin": "1"}, {})
    assert (result["error"], result["passed"], result["exit_code"] > 0) == ("compilation failed", 0, True)
    assert "error" in result["stderr"]
    assert [(test["status"], test["error"]) for test in tests] == [("skipped", "not run: compilation failed")] * 2


@pytest.mark.parametrize("language", COMPILED, ids=lambda language: language.id)
def test_every_compiled_language(api: Client, language: Language) -> None:
    if not available(api, language.id):
        pytest.skip(f"{language.id} is not here")
    code, files = program(language, "hello")
    result, tests = run(api, language.id, code, *[{"ttl": 60}] * 2, input_files=files, ttl=300)
    assert [(test["stdout"], test["exit_code"]) for test in tests] == [("Hello, world!\n", 0)] * 2, result


def test_a_test_that_takes_too_long_does_not_end_the_others(api: Client) -> None:
    tests = [{"args": ["60"], "ttl": 1}, {"args": ["0"]}, {"args": ["60"], "ttl": 1}]
    result, ran = run(api, "bash", "trap '' TERM INT HUP; setsid sleep 77 & echo begun; sleep $1", *tests)
    assert [test["status"] for test in ran] == ["timeout", "completed", "timeout"]
    assert [test["stdout"] for test in ran] == ["begun\n"] * 3
    assert ran[0]["error"] == "timeout: not finished within the ttl of 1 s"
    assert (result["status"], result["passed"]) == ("completed", 1)


def test_the_jobs_ttl_ends_all_tests(api: Client) -> None:
    start = time.monotonic()
    result, tests = run(api, "bash", "sleep $1", {"args": ["0"]}, {"args": ["60"]}, {"args": ["0"]}, ttl=2)
    assert time.monotonic() - start < 30
    assert [test["status"] for test in tests] == ["completed", "timeout", "skipped"]
    assert (result["status"], result["exit_code"], result["passed"]) == ("timeout", -1, 1)
    assert result["error"] == "timeout: not finished within the ttl of 2 s"
    assert tests[2]["error"] == f"not run: {result['error']}"


def test_stop_on_failure(api: Client) -> None:
    result, tests = run(api, "bash", "exit $1", *[{"args": [each]} for each in "0301"], stop_on_failure=True)
    assert [test["status"] for test in tests] == ["completed", "completed", "skipped", "skipped"]
    assert tests[2]["error"] == "not run: a test before it didn't pass"
    assert (result["passed"], result["status"]) == (1, "completed")
    assert result["stdout"].splitlines()[-1] == "not ok 4 # SKIP"


def test_ends_are_told(api: Client) -> None:
    code = "[ $1 = kill ] && kill -SEGV $$; exit $1"
    _, tests = run(api, "bash", code, {"args": ["kill"]}, {"args": ["7"]})
    assert [(test["exit_code"], test["error"]) for test in tests] == [(139, "killed: signal 11 (SIGSEGV)"), (7, None)]


def test_a_cancelled_job_has_the_results_until_then(api: Client) -> None:
    tests = [{"args": ["0"], "name": "first"}, {"args": ["60"], "ttl": 60}, {"args": ["0"]}]
    job_id = api.submit("bash", "echo out; sleep $1", tests=tests)
    job = api.until(job_id, lambda job: "ok 1" in (job.get("partial") or {"stdout": ""})["stdout"])
    assert job["partial"]["stdout"] == "1..3\nok 1 - first\n"
    answer = api.request("DELETE", f"/jobs/{job_id}").json
    ran = check_tests(answer["result"])
    assert [test["status"] for test in ran] == ["completed", "cancelled", "skipped"]
    assert (ran[0]["stdout"], ran[2]["error"]) == ("out\n", "not run: cancelled")
    assert (answer["status"], answer["result"]["passed"]) == ("cancelled", 1)


def test_outputs_have_an_equal_share_of_what_is_kept(api: Client) -> None:
    code = "head -c $1 /dev/zero | tr '\\0' x"
    sizes = ["3000000", "600000", "10", "10"]
    tests = [{"args": [size], "expected_output": "x" * min(int(size), 1_000_000)} for size in sizes]
    _, ran = run(api, "bash", code, *tests)
    assert [len(test["stdout"]) for test in ran] == [524_288, 524_288, 10, 10]
    assert [test["stdout_truncated"] for test in ran] == [True, True, False, False]
    assert [test["passed"] for test in ran] == [False, True, True, True], "all is compared, not only what is shown"


def test_a_hundred_tests_that_are_as_large_as_they_may_be(api: Client) -> None:
    given = [f"{n} {'x' * 20_960}" for n in range(100)]
    tests = [{"name": "n" * 256, "stdin": text, "expected_output": text} for text in given]
    answer = api.post("/execute", {"language": "bash", "code": "cat; head -c 1M /dev/zero >&2", "tests": tests})
    ran = check_tests(answer.json)
    assert (answer.json["passed"], len(ran)) == (100, 100)
    assert [test["stdout"] for test in ran] == given
    assert {(len(test["stderr"]), test["stderr_truncated"]) for test in ran} == {(20_971, True)}


@pytest.mark.parametrize(
    ("tests", "status"),
    [
        ([{}] * 101, 422),
        ([1], 422),
        ("x", 422),
        ([{"ttl": 0}], 422),
        ([{"env": {"A": 1}}], 422),
        ([{"name": "x" * 257}], 422),
        ([{"stdin": "x" * 1_048_577}], 413),
        ([{"stdin": "x" * 1_000_000}] * 5, 413),
        ([{"args": ["\0"]}], 422),
    ],
    ids=range(9),
)
def test_tests_that_are_none(api: Client, tests: Any, status: int) -> None:
    answer = api.post("/execute", {"language": "bash", "code": "cat", "tests": tests})
    body = check_error(answer, status, "validation_error" if status == 422 else "payload_too_large")
    assert body["details"][0]["field"].startswith("tests")


def test_no_tests_are_a_plain_run(api: Client) -> None:
    result = api.execute("bash", "echo 1", tests=[])
    assert "tests" not in result
    assert result["stdout"] == "1\n"
    bad = json.dumps({"language": "bash", "code": "1", "compare": "loosely"}).encode()
    check_error(api.request("POST", "/execute", bad, {"Content-Type": "application/json"}), 422, "validation_error")
