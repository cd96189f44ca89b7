"""The `#!` line of a source: what the kernel makes of it, and env(1) where the line names that.

The kernel takes the first word for the interpreter and all that follows for one argument. env splits that argument
where it begins with -S; without, it would look for a program of that whole name, so it is split here too, as other
systems than Linux do: nothing that works at home means something else here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from functions.core.errors import InvalidFieldError

LINE: Final = re.compile(r"\ufeff?#![ \t]*(\S+)[ \t]*([^\n]*)")
LINE_BYTES: Final = 4096  # the kernel reads 256
BLANK_LINES: Final = re.compile(r"\ufeff?((?:[ \t\r]*\n)+)(?=#!)")
COMMENT_LINE: Final = re.compile(  # a shell runs it, to whom a path may begin with two slashes
    r"\ufeff?\s*//+(?:(?:usr/)?bin/true;[ \t]*exec[ \t]+/)?usr/bin/env[ \t]+(?:-S[ \t]+)?"
    r"""([^\n"']*)["']?\$(?:0\b|\{0\})"""
)
PLAIN_LINE: Final = re.compile(r"#![ \t]*/[^\n]*")  # not what else begins so: Rust's #![…], Racket's #!racket
BLOCK_END: Final = re.compile(r"^!#", re.MULTILINE)  # of the comment that the line begins for Guile and Scala
IN_THE_NEXT_LINE: Final = "\\"  # as the one argument says, for Guile, that the options are
ENV_FLAGS: Final = "[i0v]*"
ENV_SPLIT: Final = re.compile(rf"-({ENV_FLAGS})S(.*)|()--split-string=?(.*)", re.DOTALL)
ENV_WITH_VALUE: Final = re.compile(rf"-{ENV_FLAGS}[uCa]|--unset|--chdir|--argv0")
PIECE: Final = re.compile(
    r"""(?P<blank>(?:[ \t\v\f\r]|\\_)+)|'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)"|"""
    r"""(?P<bare>(?:[^ \t\v\f\r'"\\]|\\[^_])+)"""
)
ESCAPES: Final = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "_": " "}


@dataclass(frozen=True, slots=True)
class Shebang:
    """What a source's first line asks for."""

    interpreter: str  # its base name
    env: tuple[str, ...] = ()  # env's own options and variables
    options: tuple[str, ...] = ()  # the interpreter's

    def begins_with(self, words: str) -> bool:
        """Whether interpreter and options, those that begin with a dash aside, begin with these words."""
        said = [self.interpreter, *(word for each in self.options for word in each.split() if word[0] != "-")]
        wanted = words.split()
        return said[: len(wanted)] == wanted


def parse(code: str) -> Shebang | None:
    """Return what the `#!` line says; None where there is none, or it names no program. Raises InvalidFieldError."""
    match = LINE.match(code)
    if match is None:
        return None
    interpreter, argument = _base(match[1]), match[2].rstrip()
    next_line = argument == IN_THE_NEXT_LINE
    if next_line:
        argument = code[match.end() + 1 :].partition("\n")[0].strip()
    if "\0" in argument:
        raise _refusal("NUL", "can't be in an argument")
    if len(argument.encode()) > LINE_BYTES:
        raise _refusal(f"{argument[:64]}…", f"is longer than {LINE_BYTES} bytes")
    if interpreter == "env":
        return _by_env(argument)
    return Shebang(interpreter, options=tuple(argument.split() if next_line else filter(None, (argument,))))


def parse_comment(code: str) -> Shebang | None:
    """Return what a first line such as `//usr/bin/env go run "$0"` says, which languages take for a comment."""
    match = COMMENT_LINE.match(code[:LINE_BYTES])
    words = match[1].split() if match else []
    return Shebang(_base(words[0]), options=tuple(words[1:])) if words else None


def brought_first(code: str) -> str:
    """Return a source whose `#!` line came after blank lines with these below it; what follows keeps its line."""
    blank = BLANK_LINES.match(code)
    if blank is None:
        return code
    line, end, rest = code[blank.end() :].partition("\n")
    return f"{line}{end}{rest}" if line.rstrip().endswith(IN_THE_NEXT_LINE) else f"{line}\n{blank[1]}{rest}"


def without_line(code: str) -> str:
    """Return a source whose `#!` line is empty, for a toolchain that doesn't know it: line numbers stay."""
    line = PLAIN_LINE.match(code)
    return code[line.end() :] if line and not BLOCK_END.search(code) else code


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _by_env(argument: str) -> Shebang | None:
    """Read env's arguments: its options, variables, then the command with its own."""
    words = split(argument) if ENV_SPLIT.match(argument) else argument.split()
    env: list[str] = []
    while words:
        word = words.pop(0)
        if told := ENV_SPLIT.fullmatch(word):
            env += [f"-{told[1]}"] if told[1] else []
            words[:0] = [text for text in (told[2] or told[4],) if text]
        elif word.startswith("-") or "=" in word:
            env.append(word)
            if ENV_WITH_VALUE.fullmatch(word):
                env += words[:1]
                del words[:1]
        else:
            return Shebang(_base(word), tuple(env), tuple(words))
    return None


def split(text: str) -> list[str]:
    """Split a text into words as `env -S` does. Raises InvalidFieldError for what can't be honoured."""
    words: list[str] = []
    position, inside = 0, False
    while position < len(text):
        piece = PIECE.match(text, position)
        if piece is None:
            raise _refusal(text[position:], "has a quote or an escape without its end")
        position = piece.end()
        if piece.lastgroup == "blank":
            inside = False
            continue
        if not inside and piece[0].startswith("#"):
            break
        words += [] if inside else [""]
        words[-1] += _unescaped(piece)
        inside = True
    return words


def _unescaped(piece: re.Match[str]) -> str:
    if piece["single"] is not None:
        return re.sub(r"\\(['\\])", r"\1", piece["single"])
    text = piece["double"] if piece["double"] is not None else piece["bare"]
    if variable := re.search(r"(?<!\\)(?:\\\\)*(\$(?:\{\w*\}?)?)", text):
        raise _refusal(variable[1], "would be a variable's value, which isn't known before the program runs")
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), text)


def _refusal(what: str, why: str) -> InvalidFieldError:
    return InvalidFieldError("code", f"The #! line can't be honoured: {what!r} {why}.")
