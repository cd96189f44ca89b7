"""How a program is compiled and run: its language's argvs, with what its source's `#!` line asks for."""

from __future__ import annotations

from dataclasses import dataclass

from functions.core import shebang
from functions.core.errors import InvalidFieldError
from functions.core.languages import OPTIONS, Language
from functions.core.shebang import Shebang


@dataclass(frozen=True, slots=True)
class Invocation:
    """The two steps of a program; a customer's arguments come after `run`."""

    compile: tuple[str, ...] | None
    run: tuple[str, ...]


def invocation(language: Language, code: str) -> Invocation:
    """Return how a source is compiled and run.

    A line that names another language's interpreter says nothing: the language was chosen. Raises InvalidFieldError
    for a line of this language's that can't be honoured.
    """
    line = shebang.parse(code)
    launched = line is not None and language.is_launched_by(line)
    if line is None or not (launched or language.means(line.interpreter)):
        return _with_options(language, ())
    if not launched:
        _refuse(language, line)
    plain = _with_options(language, () if launched else line.options)
    return Invocation(plain.compile, ("env", *line.env, *plain.run)) if line.env else plain


def _with_options(language: Language, options: tuple[str, ...]) -> Invocation:
    given = options or language.options

    def filled(argv: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for each in argv for word in (given if each == OPTIONS else (each,)))

    return Invocation(filled(language.compile) if language.compile else None, filled(language.run))


def _refuse(language: Language, line: Shebang) -> None:
    """Raise InvalidFieldError if the line can't be honoured."""
    options = " ".join(line.options)
    if options and not language.takes(line.interpreter, options):
        message = f"The #! line can't be honoured: {language.name} isn't run with {options!r} here; leave that out."
        raise InvalidFieldError("code", message)
