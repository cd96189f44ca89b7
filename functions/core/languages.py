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

from functions.core.errors import UnknownLanguageError
from functions.core.limits import SandboxLimits

LANGUAGES_FOLDER: Final = Path(__file__).parents[2] / "runtime_images"
ENV_OPTIONS_WITH_VALUE: Final = ("-u", "--unset", "-C", "--chdir")


class Language(BaseModel):
    """One language.toml. Commands run in the working directory, where the code is the file `source`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+$")
    name: str
    version: str = Field(description="of the toolchain in this language's image")
    aliases: tuple[str, ...] = ()
    extensions: tuple[str, ...] = Field(min_length=1)
    shebangs: tuple[str, ...] = ()
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
        """Return the language that the code's shebang line names, or None."""
        interpreter = shebang_interpreter(code)
        if interpreter is None:
            return None
        versionless = re.sub(r"[-.]?\d[\d.]*$", "", interpreter)
        for name in (interpreter, versionless):
            if name in self._shebangs:
                return self[self._shebangs[name]]
        return None


def shebang_interpreter(code: str) -> str | None:
    """Return the base name of the interpreter in a `#!` line, looking through `env` and its options."""
    first_line = code.removeprefix("\ufeff").split("\n", 1)[0].rstrip("\r")
    if not first_line.startswith("#!"):
        return None
    words = first_line[2:].split()
    if words and words[0].rsplit("/", 1)[-1] == "env":
        words = _command_of_env(words[1:])
    return words[0].rsplit("/", 1)[-1] if words else None


def _command_of_env(words: list[str]) -> list[str]:
    """Return what env(1) runs, given its arguments: its own options and variables are dropped."""
    for index, word in enumerate(words):
        if index and words[index - 1] in ENV_OPTIONS_WITH_VALUE:
            continue
        command = re.sub(r"^(-\w*S|--split-string=)", "", word)
        if command and not command.startswith("-") and "=" not in command:
            return [command]
    return []


@functools.cache
def catalog() -> Catalog:
    """Return the catalog of this checkout or image, read once."""
    return Catalog.load()


@functools.cache
def examples() -> Mapping[str, str]:
    """Return each language's first program, the `hello.<ext>` of its folder, by id; read once."""
    return {language.id: _hello(language) for language in catalog().values()}


def _hello(language: Language) -> str:
    names = {f"hello.{extension}" for extension in language.extensions}
    [path] = (path for path in (LANGUAGES_FOLDER / language.id).glob("hello.*") if path.name in names)
    return path.read_text("utf-8")
