"""Builds the hostile programs that are in C, once for all tests: static, so that they run in any root."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.sandbox.program import FOLDER, Program

SHARED = FOLDER / "shared"
COMPILE = ("gcc", "-O1", "-w", "-I", str(SHARED))


class Binaries:
    """The built programs and libraries, in a folder of the test session's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, programs: list[Program]) -> None:
        """Build all that are in C, and the libraries that any of them wants."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            compiled = [program.path for program in programs if program.path.suffix == ".c"]
            libraries = {SHARED / name for program in programs for name in program.head.get("library", [])}
            for _ in [*pool.map(self._program, compiled), *pool.map(self._library, libraries)]:
                pass

    def files(self, program: Program) -> dict[str, bytes]:
        """Return what the program needs in its working folder: itself, or what was built from it."""
        files = {name: text.encode() for name, text in program.pairs("file").items()}
        for library in program.head.get("library", []):
            name = Path(library).with_suffix(".so").name
            files[name] = (self._folder / name).read_bytes()
        if program.path.suffix == ".c":
            files[program.path.stem + ".built"] = (self._folder / program.path.stem).read_bytes()
        else:
            files[program.name] = program.path.read_bytes()
        return files

    def _program(self, source: Path) -> None:
        subprocess.run([*COMPILE, "-static", str(source), "-o", str(self._folder / source.stem)], check=True)

    def _library(self, source: Path) -> None:
        built = self._folder / source.with_suffix(".so").name
        subprocess.run([*COMPILE, "-shared", "-fPIC", str(source), "-o", str(built)], check=True)
