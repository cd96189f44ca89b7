"""What a compiler left is laid out for each test as it was: whatever it is, wherever it points, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Cells
from tests.sandbox.program import BACKENDS

# Everything that a folder can hold, which whoever packs it up must not follow, open, or trip over.
LEAVES = r"""
umask 022
echo '#!/bin/sh' > tool; echo 'echo tool ran' >> tool; chmod 750 tool; touch -d 2001-02-03T04:05:06.789 tool
mkdir -p folder/below locked; echo in > folder/below/file; echo locked > locked/file; chmod 0555 locked
ln -s "$CANARY_FILE" secret; ln -s / folder/root; ln -s nowhere dangling; ln -s .. folder/parent; ln -s loop loop
ln tool folder/same
mkfifo pipe; echo hidden > unreadable; chmod 0 unreadable; mkdir closed; chmod 0 closed
echo newline > $'a\nb'; echo bytes > $'\xff\xfe'; echo '{"name": "work/x", "target": "/"}' > json; : > empty
head -c 3000000 /dev/urandom > big; sha256sum < big > sum; truncate -s 1000000 sparse
echo compiled > /tmp/compiled; mkdir /tmp/.hidden; ln -s /work /tmp/work; echo changed > /tmp/input/data
(sleep 60 &) ; rm -f gone; cp /proc/self/stat stat
"""
LOOKS = r"""
./tool; stat -c '%a %Y %h' tool; cat folder/below/file locked/file folder/same | tail -1
stat -c '%F %N' secret folder/root dangling folder/parent loop | sed 's/.*link//;s/-> .*canary.*/-> the canary/'
ls -d pipe unreadable 2>&1 | wc -l; stat -c '%a %F' locked; cat $'a\nb' $'\xff\xfe'; cat json; stat -c %s empty sparse
sha256sum < big | cmp - sum && echo same; cat /tmp/compiled /tmp/input/data; ls -A /tmp | sort | tr '\n' ' '
ls /dev/shm left 2>/dev/null; ls /work | wc -l
touch left /tmp/left /dev/shm/left; chmod 700 locked; rm -rf tool folder/below locked /tmp/compiled; echo x > big
ln -sf /etc/passwd json; (sleep 60 &)
"""


def shell(script: str, **env: str) -> dict[str, Any]:
    return {"argv": ["bash", "-c", script], "env": env, "timeout": 20, "stdin_bytes": 0}


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_run_begins_with_it_alone(backend: str, cells: Cells) -> None:
    cell = cells[backend]
    answer = cell.job(
        [shell(LEAVES, **cell.canaries)], {}, inputs={"data": b"data"}, runs=[shell(f"{LOOKS}\necho ===")] * 3
    )
    assert [each["exit_code"] for each in answer["completed"]] == [0] * 4, answer
    first, *others, rest = answer["stdout"].split(b"===\n")
    assert rest == b""
    assert others == [first, first], answer
    lines = first.decode(errors="replace").splitlines()
    assert lines[0] == "tool ran"
    assert lines[1] == "750 981173106 2"
    assert b"canary-1" not in answer["stdout"]
    assert "same" in lines
    assert (answer["processes_left"], answer["files_left"]) == ([], [])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "script",
    [
        "for n in $(seq 60); do mkdir d; cd d; done",
        "for n in $(seq 12); do truncate -s 8M f$n || exit; done",
    ],
    ids=["too deep", "too large"],
)
def test_what_is_too_much_is_not_kept(backend: str, script: str, cells: Cells) -> None:
    answer = cells[backend].job([shell(script)], {}, runs=[shell("echo ran")])
    assert len(answer["completed"]) == 1, answer
    again = cells[backend].job([shell("echo small > a")], {}, runs=[shell("cat a")] * 2)
    assert again["stdout"] == b"small\nsmall\n"
