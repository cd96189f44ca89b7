"""Many jobs at once, and programs that take all they can get."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.client import Client
from tests.conformance.shapes import check_job, check_result

JOBS = 200
KEPT = 2 * 1_048_576


def test_200_jobs_at_once(api: Client) -> None:
    """None is lost, none is mixed up. That none runs twice follows from the claim: tests/contract/test_jobs.py."""
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda number: api.submit("python", f"print({number})"), range(JOBS)))
    assert len(set(ids)) == JOBS
    jobs = [api.finished(job_id, 300) for job_id in ids]
    for number, job in enumerate(jobs):
        check_job(job)
        assert (job["status"], job["result"]["stdout"], job["job_id"]) == ("completed", f"{number}\n", ids[number])
    assert not {job["job_id"] for job in api.request("GET", "/jobs").json["jobs"]} & set(ids)


# what it does: (language, code, what its result must say)
HOSTILE = {
    "prints 1 GB": ("bash", "yes | head -c 1000000000; echo end >&2", "end"),
    "forks 10,000 times": (
        "python",
        "import os, time\nfor _ in range(10_000):\n    if os.fork() == 0: time.sleep(60); os._exit(0)",
        "BlockingIOError",
    ),
    "is a fork bomb": (
        "bash",
        "bomb() { bomb | bomb & }; bomb; sleep 1; echo end",
        "end|Resource temporarily unavailable",
    ),
    "allocates 64 GB": ("python", "block = bytearray(64 << 30)", "MemoryError"),
    "takes memory bit by bit": (
        "python",
        "blocks = []\nfor _ in range(65536): blocks.append(b'x' * (1 << 20))",
        "Memory|memory",
    ),
    "fills the disk": (
        "python",
        "for number in range(1000):\n    with open(str(number), 'wb') as file: file.write(b'x' * (16 << 20))",
        "No space left on device",
    ),
    "fills the disk with one file": ("bash", "head -c 64G /dev/zero > big; echo end >&2", "end"),
    "kills all it sees": ("bash", "kill -9 -1; echo end", "end"),
    "kills all, from python": ("python", "import os\nos.kill(-1, 9)\nprint('end')", "end|No such process"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_its_own_result_tells_and_the_next_job_runs(api: Client, case: str) -> None:
    language, code, words = HOSTILE[case]
    result = api.execute(language, code, ttl=40)
    check_result(result)
    said = f"{result['stdout'][-4096:]} {result['stderr'][-4096:]} {result['error']}"
    assert any(word in said for word in words.split("|")), said
    assert not (result["error"] or "").startswith("platform:"), result["error"]
    following = api.execute(language, "print(1)" if language == "python" else "echo 1")
    assert (following["stdout"], following["success"]) == ("1\n", True)


def test_output_is_cut_and_says_so(api: Client) -> None:
    result = api.execute("bash", "yes | head -c 1000000000; yes 12345678 | head -c 3000000 >&2")
    assert (len(result["stdout"]), len(result["stderr"])) == (KEPT, KEPT)
    assert (result["stdout_truncated"], result["stderr_truncated"], result["success"]) == (True, True, True)
    exact = api.execute("bash", f"yes | head -c {KEPT}")
    assert (len(exact["stdout"]), exact["stdout_truncated"]) == (KEPT, False)
