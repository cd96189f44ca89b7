"""What a program learns of the service by /proc: not where it keeps what it shows, nor the ids of its processes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, LocalService, serving
from tests.local import processes

READ = """
for process in /proc/self /proc/[0-9]*; do
    for name in mountinfo mounts mountstats cgroup cmdline environ maps status uid_map; do
        { tr '\\0' '\\n' <$process/$name; } 2>/dev/null
    done
done
"""

# Sizes, counts of switches, and the kernel's numbers of mounts and of mapped files. None is a process's id, but one
# of them may equal a worker's by chance.
NO_PROCESS = re.compile(
    r"\d+ kB|ctxt_switches:\s*\d+|^\d+ \d+ (?=\d+:\d+ )|(?:shared|master|propagate_from):\d+"
    r"|^[0-9a-f]+-[0-9a-f]+ \S{4} [0-9a-f]+ \S+ \d+",
    re.MULTILINE,
)


def read(service: LocalService) -> str:
    result = service.client.execute("bash", READ)
    assert "lowerdir=" in result["stdout"], result
    return str(result["stdout"])


def make_image(folder: Path) -> None:
    """Make an image of Bash that has little more than Bash."""
    root = folder / "bash" / "root"
    for name in ("bash", "tr"):
        binary = shutil.which(name)
        assert binary
        libraries = re.findall(r"(/\S+) \(0x", subprocess.check_output(["ldd", binary], text=True))
        for path in (binary, *libraries):
            copy = root / "usr" / path.removeprefix("/usr").removeprefix("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for name in ("bin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "etc").mkdir()
    manifest = {"image": "", "toolchain": "", "size": 0, "build_seconds": 0}
    (folder / "bash" / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("image", [False, True])
def test_programs_do_not_see_where_they_come_from(tmp_path: Path, image: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="secret-place-"))
    folder.chmod(0o711)
    try:
        if image:
            make_image(folder / "images")
        with serving(tmp_path / "state", "--images", str(folder / "images"), TMPDIR=str(folder)) as running:
            seen = read(running)
            workers = processes.workers(running.process.pid)
    finally:
        shutil.rmtree(folder)
    assert folder.name not in seen
    assert str(ROOT) not in seen
    told = NO_PROCESS.sub("", seen)
    assert not [pid for pid in workers if re.search(rf"(?<!\d)(20+)?{pid}(?!\d)", told)]
    assert ("/usr /usr " in seen) is True
    assert (re.search(r" /usr /usr .* - overlay ", seen) is not None) is image
