"""The sandboxes of local workers: the namespaces backend over this machine's own toolchains."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from functions.core import languages
from functions.core.job import NetworkMode
from infra.local.toolchains import Toolchain
from runtime_images.worker.sandbox import internet
from runtime_images.worker.sandbox.contract import SandboxUnavailableError
from runtime_images.worker.sandbox.namespaces import Namespaces
from runtime_images.worker.sandbox.view import View


def make(toolchain: Toolchain, index: int, parent: Path, language: str | None = None) -> Namespaces:
    """Return the sandbox of worker `index`, ready for a language's jobs.

    Its folder goes with `parent`, or the next of its index.

    Called while the process has one thread. Raises SandboxUnavailableError.
    """
    folder = parent / f"worker-{index}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(0o711)
    folders = (toolchain.folder,) if toolchain.folder else ()
    etc = parent / f"etc-{hashlib.sha256(bytes(toolchain.root)).hexdigest()[:16]}"
    tools = languages.tools(language) if language else None
    sandbox = Namespaces(folder, View(toolchain.root, folders, toolchain.search_path, etc, tools))
    sandbox.prepare()
    return sandbox


def check(parent: Path) -> None:
    """Prove, before anything is served, that programs can be isolated here. Raises SandboxUnavailableError.

    Done in a child, for it enters namespaces of its own; called while this process has one thread.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            sandbox = make(Toolchain(), 0, parent)
            sandbox.check()
            sandbox.close()
            code = 0
        except SandboxUnavailableError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        reason = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise SandboxUnavailableError(reason or "A trial program could not be run in a sandbox.")


def missing_modes() -> dict[str, str]:
    """Return the network modes that this machine can't give, and why."""
    reason = internet.why_not()
    return {NetworkMode.SEMITRUSTED.value: reason} if reason else {}
