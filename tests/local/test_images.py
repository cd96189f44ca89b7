"""The images' framework: shared sections, what counts as a change, copies that share files, and the report."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from functions.core.languages import catalog, tools
from infra.local.images import debian, report, sources
from infra.local.images.build import Built
from infra.local.images.command import BuildError, output
from infra.local.images.report import Row, Tried
from infra.local.images.store import Manifest, Store, bytes_once, copy_tree
from infra.local.toolchains import find
from tests.conftest import ROOT

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def test_all_dockerfiles_share_their_first_and_last_instructions() -> None:
    done = subprocess.run([ROOT / "scripts" / "dockerfiles", "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", list(catalog()))
def test_every_language_has_an_image(name: str) -> None:
    text = sources.dockerfile(name).read_text("utf-8")
    assert sources.family(name) in {None, *sources.families()}
    assert f"runtime_images/{name}/language.toml" in text
    assert (f"runtime_images/{name}/tools /etc/language" in text) is (tools(name) is not None)
    assert sources.unverified(name) is None or "not reachable" in text.split("\n", 1)[0]


def test_the_families() -> None:
    assert sources.families() == ["c", "jvm", "node"]
    assert (sources.family("rust"), sources.family("java"), sources.family("bash")) == ("c", "jvm", None)


def test_digests_tell_a_toolchain_from_the_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("runtime_images/x", "runtime_images/base", "runtime_images/worker", "functions/core"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_text("1")
    for name in ("functions/__init__.py", "runtime_images/__init__.py", "runtime_images/x/language.toml"):
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(sources, "REPOSITORY", tmp_path)
    monkeypatch.setattr(sources, "IMAGES", tmp_path / "runtime_images")

    def changes(name: str) -> tuple[bool, bool]:
        before = sources.image_digest("x"), sources.toolchain_digest("x")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("2")
        return before[0] != sources.image_digest("x"), before[1] != sources.toolchain_digest("x")

    assert changes("runtime_images/x/file") == (True, True)
    assert changes("runtime_images/base/file") == (True, True)
    assert changes("functions/core/file") == (True, False)
    assert changes("runtime_images/x/language.toml") == (True, False)
    assert changes("runtime_images/x/tools/compile.sh") == (True, False)
    assert changes("runtime_images/x/programs/hello") == (False, False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "tool").write_text("tool")
    (root / "usr" / "bin" / "tool").chmod(0o755)
    (root / "secret").mkdir(mode=0o700)
    (root / "link").symlink_to("/etc/passwd")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    return root


def test_a_copy_is_faithful(tree: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert copy_tree(tree, copy, []) == len("tool")
    assert (copy / "usr" / "bin" / "tool").read_text() == "tool"
    assert (copy / "usr" / "bin" / "tool").stat().st_mode & 0o777 == 0o755
    assert (copy / "secret").stat().st_mode & 0o777 == 0o700
    assert (copy / "link").readlink() == Path("/etc/passwd")
    assert not (copy / "pipe").exists()


def test_a_file_of_two_names_is_copied_and_counted_once(tree: Path, tmp_path: Path) -> None:
    (tree / "usr" / "bin" / "tool-1").hardlink_to(tree / "usr" / "bin" / "tool")
    assert copy_tree(tree, tmp_path / "copy", []) == len("tool")
    assert (tmp_path / "copy/usr/bin/tool-1").samefile(tmp_path / "copy/usr/bin/tool")


def test_what_images_share_is_there_once(tree: Path, tmp_path: Path) -> None:
    copy_tree(tree, tmp_path / "one", [])
    (tree / "usr" / "own").write_text("own")
    copy_tree(tree, tmp_path / "two", [tmp_path / "nowhere", tmp_path / "one"])
    assert (tmp_path / "one/usr/bin/tool").samefile(tmp_path / "two/usr/bin/tool")
    assert bytes_once([tmp_path / "one", tmp_path / "two"]) == len("toolown")


def test_a_changed_file_is_not_shared(tree: Path, tmp_path: Path) -> None:
    copy_tree(tree, tmp_path / "one", [])
    tool = tree / "usr" / "bin" / "tool"
    tool.write_text("newer")
    os.utime(tool, (1, 1))
    copy_tree(tree, tmp_path / "two", [tmp_path / "one"])
    assert (tmp_path / "two/usr/bin/tool").read_text() == "newer"
    assert (tmp_path / "one/usr/bin/tool").read_text() == "tool"


def test_an_image_takes_the_place_of_the_machines_toolchain(tree: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert find(catalog()["bash"], store) == find(catalog()["bash"])
    store.keep("bash", tree, ["nothing"], "digest", 1.5)
    found = find(catalog()["bash"], store)
    assert found
    assert (found.from_image, found.root) == (True, tmp_path / "store" / "bash" / "root")
    assert store.manifest("bash") == Manifest("digest", sources.toolchain_digest("bash"), len("tool"), 1.5)
    assert not store.stale("bash")
    (tree / "second").write_text("")
    store.keep("bash", tree, [], "other", 2)
    assert (store.root("bash") / "second").exists()
    assert [path.name for path in store.folder.iterdir()] == ["bash"]


def test_an_image_with_an_older_toolchain_is_stale(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    store.keep("bash", tree, [], "digest", 1)
    monkeypatch.setattr(sources, "toolchain_digest", lambda _: "changed")
    assert store.stale("bash")


def test_builds_trust_what_the_machine_trusts_besides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "debian").mkdir()
    (tmp_path / "debian" / "one.crt").write_text(CERTIFICATE.format("MQ=="))
    (tmp_path / "bundle").write_text(CERTIFICATE.format("MQ==") + "# a proxy's\n" + CERTIFICATE.format("Mg=="))
    monkeypatch.setattr(debian, "DEBIANS", tmp_path / "debian")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle"))
    assert debian.own_certificates() == [CERTIFICATE.format("Mg==")]


def test_a_failed_command_says_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"^sh -c failed:\nwhy$"):
        output("sh", "-c", "echo why; exit 1", log=tmp_path / "log")
    assert output("sh", "-c", "echo it; echo noise >&2") == "it"


def test_the_report(tree: Path, tmp_path: Path) -> None:
    store, languages = Store(tmp_path / "store"), catalog()
    manifest = store.keep("bash", tree, [], "digest", 61.4)
    rows = [
        Row(languages["bash"], Built("bash", manifest), Tried(12, 5), None),
        Row(languages["c"], Built("c", None, "no"), None, None),
        Row(languages["julia"], None, None, "its upstream"),
    ]
    assert [row.good for row in rows] == [True, False, True]
    lines = report.table(rows).split("\n")
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == ["bash", "5.2", "0", "61", "12", "5", "passed"]
    assert lines[3].rstrip(" |").endswith("build FAILED")
    assert "not built: its upstream" in lines[4]
    assert "1 images" in report.totals(rows, store)
    assert report.table(rows) in report.page(rows, store, {"Builder": "x"})
