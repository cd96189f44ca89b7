"""Languages are data: one folder each under runtime_images/, described by its language.toml."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from functions.core import shebang
from functions.core.errors import UnknownLanguageError
from functions.core.limits import SandboxLimits
from functions.core.shebang import Shebang

LANGUAGES_FOLDER: Final = Path(__file__).parents[2] / "runtime_images"
OPTIONS: Final = "{options}"  # in an argv: those of the source's `#!` line


class Waiting(BaseModel):
    """How a language's first command is started before its job is there.

    The command line is the job's own; variables lead the interpreter to a hook among the language's tools, which
    waits, takes over the job's arguments and variables (sandbox/handover.py), and returns: the interpreter goes on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    env: dict[str, str] = Field(
        description="variables that lead to the hook; gone, or as the job has them, afterwards"
    )
    cold: tuple[str, ...] = Field(
        description="names, perhaps with wildcards, of variables read at the start: a job with one starts cold"
    )


class Language(BaseModel):
    """One language.toml. Commands run in the working directory, where the code is the file `source`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+$")
    name: str
    version: str = Field(description="of the toolchain in this language's image")
    aliases: tuple[str, ...] = ()
    extensions: tuple[str, ...] = Field(min_length=1)
    shebangs: tuple[str, ...] = ()
    other_interpreters: tuple[str, ...] = Field(
        (), description="those of `shebangs` whose options the one that is run doesn't have"
    )
    launchers: tuple[str, ...] = Field(
        (),
        description="what a `#!` line may begin with, options aside, where it names this language by a tool that "
        "would fetch an interpreter; it is honoured as if it named ours, without options",
    )
    options: tuple[str, ...] = Field((), description="what {options} stands for where the source has no `#!` options")
    accepts: str | None = Field(
        None,
        description="what a `#!` line's options must match to be honoured; None: any, where `run` has {options}",
    )
    drops_shebang: bool = Field(False, description="whether a `#!` line is emptied: the toolchain refuses it")
    source: str = Field(description="file name that the code is given")
    compile: tuple[str, ...] | None = Field(None, description="argv; absent for interpreted languages")
    run: tuple[str, ...] = Field(min_length=1, description="argv, to which the customer's args are appended")
    artifact: str | None = Field(None, description="file that the compile step, or else the bundle step, leaves")
    bundle: tuple[str, ...] | None = Field(
        None, description="argv that makes the artifact, run only where it is wanted"
    )
    standalone: bool = Field(False, description="the artifact needs nothing of the system that it is run on")
    wasm: tuple[str, ...] | None = Field(None, description="argv that leaves main.wasm, a WASI binary")
    requires: tuple[str, ...] = Field((), description="programs it needs, where the argvs don't begin with them")
    env: dict[str, str] = Field(default_factory=dict)
    waiting: Waiting | None = Field(None, description="absent: nothing is started before its job is there")
    limits: SandboxLimits = SandboxLimits()
    debian: tuple[str, ...] = Field((), description="Debian packages that give a host this toolchain")
    toolchain_root: tuple[str, ...] | None = Field(
        None,
        description="argv that prints the folder whose bin/ holds the commands, if PATH's only lead to it",
    )
    packages: tuple[str, ...] = Field((), description="libraries worth naming")

    @property
    def compiled(self) -> bool:
        """Whether there is a compile step before the run step."""
        return self.compile is not None

    def means(self, interpreter: str) -> bool:
        """Whether a `#!` line with this interpreter names this language."""
        return any(name in self.shebangs for name in _names(interpreter))

    def is_launched_by(self, line: Shebang) -> bool:
        """Whether a line names this language by one of its launchers."""
        return any(line.begins_with(words) for words in self.launchers)

    def takes(self, interpreter: str, options: str) -> bool:
        """Whether an interpreter's options, of its `#!` line, mean something to what runs this language."""
        if self.accepts is not None:
            return re.fullmatch(self.accepts, options) is not None
        return OPTIONS in self.run and not any(name in self.other_interpreters for name in _names(interpreter))

    def text(self, code: str) -> str:
        """Return what the source file is to hold."""
        return shebang.without_line(code) if self.drops_shebang else code

    def commands(self) -> tuple[str, ...]:
        """Return the programs that must exist for this language to work; what it builds itself isn't one."""
        if self.requires:
            return self.requires
        argvs = [argv for argv in (self.compile, self.run) if argv]
        return tuple(dict.fromkeys(argv[0] for argv in argvs if "/" not in argv[0]))


class Catalog(Mapping[str, Language]):
    """All languages by id, and the ways to name one."""

    def __init__(self, languages: list[Language]) -> None:
        self._by_id = {language.id: language for language in sorted(languages, key=lambda each: each.id)}
        self.aliases = {alias: each.id for each in self._by_id.values() for alias in each.aliases}
        self._shebangs = {name: each.id for each in self._by_id.values() for name in each.shebangs}

    @classmethod
    def load(cls, folder: Path = LANGUAGES_FOLDER) -> Catalog:
        """Read every language.toml below `folder`. Raises ValueError where one isn't valid or isn't its folder's."""
        languages = []
        for path in sorted(folder.glob("*/language.toml")):
            language = Language.model_validate(tomllib.loads(path.read_text("utf-8")))
            if language.id != path.parent.name:
                message = f"{path}: id {language.id!r} is not the folder's name"
                raise ValueError(message)
            languages.append(language)
        return cls(languages)

    def __getitem__(self, language_id: str) -> Language:
        return self._by_id[language_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, name: str) -> Language:
        """Return the language with this id or alias, in any case. Raises UnknownLanguageError."""
        key = name.strip().lower()
        language = self._by_id.get(self.aliases.get(key, key))
        if language is None:
            names = [*self._by_id, *self.aliases]
            close = [self.aliases.get(match, match) for match in difflib.get_close_matches(key, names, n=5)]
            raise UnknownLanguageError(name, tuple(dict.fromkeys(close)))
        return language

    def detect(self, code: str) -> Language | None:
        """Return the language that the code's first line names, or None. Raises InvalidFieldError."""
        line = shebang.parse(code) or shebang.parse_comment(code)
        if line is None:
            return None
        for name in _names(line.interpreter):
            if name in self._shebangs:
                return self[self._shebangs[name]]
        return next((language for language in self.values() if language.is_launched_by(line)), None)


def _names(interpreter: str) -> tuple[str, str]:
    """Return an interpreter's name as it is, then without its version."""
    return interpreter, re.sub(r"[-.]?\d[\d.]*$", "", interpreter)


@functools.cache
def catalog() -> Catalog:
    """Return the catalog of this checkout or image, read once."""
    return Catalog.load()


def tools(language_id: str) -> Path | None:
    """Return the folder of what a language needs beyond plain commands, which its programs see as /etc/language."""
    folder = LANGUAGES_FOLDER / language_id / "tools"
    return folder if folder.is_dir() else None


@functools.cache
def examples() -> Mapping[str, str]:
    """Return each language's first program, the `hello.<ext>` of its folder, by id; read once."""
    return {language.id: _hello(language) for language in catalog().values()}


def _hello(language: Language) -> str:
    names = {f"hello.{extension}" for extension in language.extensions}
    [path] = (path for path in (LANGUAGES_FOLDER / language.id).glob("hello.*") if path.name in names)
    return path.read_text("utf-8")
