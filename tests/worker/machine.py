"""Runs a program in the sandbox, on a machine whose basic tools are others, and prints the main facts of its result.

usage: python -m tests.worker.machine LANGUAGE PROGRAM TOOL=PATH...
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from functions.core.job import Submission
from functions.core.languages import catalog
from infra.local import sandboxes, toolchains
from runtime_images.worker.runner import Streams, run_job
from runtime_images.worker.sandbox import linux
from runtime_images.worker.sandbox.contract import Stop
from tests.conformance.test_languages import program


def main() -> None:
    language = catalog()[sys.argv[1]]
    toolchain = toolchains.find(language)
    assert toolchain
    code, files = program(language, sys.argv[2])
    submission = Submission.model_validate({"language": language.id, "code": code, "input_files": files})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        sandbox = sandboxes.make(toolchain, os.getpid(), Path(folder), language.id)
        try:
            for tool, other in (pair.split("=") for pair in sys.argv[3:]):
                linux.bind(Path(other), Path("/usr/bin", tool).resolve())  # in this process's own view of the machine
            streams = Streams()
            outcome = run_job(sandbox, language, submission, streams, Stop(), lambda: None)
        finally:
            sandbox.close()
    facts = {
        "stdout": streams.stdout.bytes().decode(),
        "stderr": streams.stderr.bytes().decode(),
        "exit_code": outcome.exit_code,
    }
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
