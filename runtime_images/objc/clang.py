#!/usr/bin/python3 -I
"""clang for Objective-C as it is written today, with GCC's run-time library, which Debian's GNUstep needs.

With that library clang neither makes a property's variable and methods by itself, nor subscripts arrays and
dictionaries, nor knows weak references, and blocks are no objects. The sources here are rewritten before it compiles
them; lines stay lines.
"""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from pathlib import Path

FOLDER = Path("/tmp/objective-c")  # noqa: S108  # a job has a /tmp of its own
OPTIONS = ("-fblocks", "-Wno-incompatible-pointer-types")  # GNUstep's nil is no NSError **
QUIET = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
INTERFACE = re.compile(
    r"@interface\s+(\w+)\s*(?P<extension>\(\s*\))?(?!\s*\()(?:\s*:\s*\w+)?\s*(?:<[^>]*>)?(?P<block>\s*\{[^}]*\})?"
)
IMPLEMENTATION = re.compile(r"@implementation\s+(\w+)(?!\s*\(|\w)(?:\s*:\s*\w+)?(?P<block>\s*\{[^}]*\})?")
PROPERTY = re.compile(r"@property\s*(\([^)]*\))?\s*([^;]+);")
SYNTHESIZED = re.compile(r"@(?:synthesize|dynamic)\s+([^;]+);")
COLLECTION = re.compile(
    r"\bNS(?:Mutable)?(Array|Dictionary|OrderedSet)\b(?:\s*<[^;{}()=]*>)?\s*\*\s*\)?\s*(\w+)\b(?!\s*\[)"
)


def main() -> None:
    """Rewrite what is here, and be clang, with the rewritten sources in place of these."""
    sources = {path.name: path.read_text("utf-8", "surrogateescape") for path in Path().glob("*.[mh]")}
    FOLDER.mkdir(exist_ok=True)
    for name, text in rewritten(sources).items():
        (FOLDER / name).write_text(f'# 1 "{name}"\n{text}', "utf-8", "surrogateescape")
    arguments = [str(FOLDER / Path(each).name) if each.endswith(".m") else each for each in sys.argv[1:]]
    os.execv("/usr/bin/clang", ["clang", f"-I{FOLDER}", *OPTIONS, *arguments, "-lBlocksRuntime"])  # noqa: S606


def rewritten(sources: dict[str, str]) -> dict[str, str]:
    """Return the sources with what clang doesn't do here."""
    masked = {name: mask(text) for name, text in sources.items()}
    everything = "\n".join(masked.values())
    variables, methods = properties(everything)
    kinds = {name: kind for kind, plain in COLLECTION.findall(everything) for name in (plain, f"_{plain}")}
    return {
        name: subscripts(declarations(text, masked[name], variables, methods), kinds)
        for name, text in sources.items()
    }


def mask(text: str) -> str:
    """Return the text with blanks for comments and what is quoted: nothing in them is code."""
    return QUIET.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def properties(text: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return, by class, the variables its properties need, and the directives that make their methods."""
    variables, methods = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    bodies = dict[str, str]()
    for found in IMPLEMENTATION.finditer(text):
        bodies[found[1]] = text[found.end() : text.find("@end", found.end())]
        variables[found[1]] += [found["block"].strip()[1:-1]] if found["block"] else []
    for interface in INTERFACE.finditer(text):
        name, block = interface[1], interface["block"] or ""
        if interface["extension"]:
            variables[name] += [block.strip()[1:-1]] if block else []
        body = bodies.get(name, "")
        said = dict(pair for each in SYNTHESIZED.findall(body) for pair in map(synthesized, each.split(",")))
        for attributes, declaration in PROPERTY.findall(text[interface.end() : text.find("@end", interface.end())]):
            for kind, plain in declared(declaration):
                variable = said.get(plain, f"_{plain}")
                getter = re.search(rf"-\s*\([^)]*\)\s*{plain}\s*\{{", body)
                if re.search(r"\bclass\b", attributes) or ("readonly" in attributes and getter):
                    continue
                if not re.search(rf"\b{variable}\b", block) and not any(
                    re.search(rf"\b{variable}\b", each) for each in variables[name]
                ):
                    variables[name].append(kind.replace("\0", variable) + ";")
                if plain not in said:
                    methods[name].append(f"@synthesize {plain} = {variable};")
    return variables, methods


def synthesized(text: str) -> tuple[str, str]:
    """Return the property of `name = variable`, or of `name`, and its variable."""
    name, _, variable = text.partition("=")
    return name.strip(), (variable or name).strip()


def declared(declaration: str) -> list[tuple[str, str]]:
    """Return what a declaration declares: each with NUL for its name, and the name."""
    declaration = re.sub(r"\b(nullable|nonnull|IBOutlet)\b", " ", declaration)
    if block := re.search(r"\^\s*(\w+)\s*\)", declaration):
        return [(declaration[: block.start(1)] + "\0" + declaration[block.end(1) :], block[1])]
    first, *others = re.split(r",(?![^<]*>)", declaration)
    found = re.search(r"(\w+)\s*$", first)
    if not found:
        return []
    kind = first[: found.start()]
    names = [found[1], *(each.strip(" *\n\t") for each in others)]
    return [(f"{kind}\0", name) for name in names]


def declarations(text: str, masked: str, variables: dict[str, list[str]], methods: dict[str, list[str]]) -> str:
    """Return the text with the variables and methods of properties, and without weak references."""
    edits = [(found.start(), found.end(), "assign") for found in impossible_attributes(masked)]
    for found in INTERFACE.finditer(masked):
        own = " ".join(variables[found[1]]).replace("\n", " ")
        if found["extension"] and found["block"]:
            edits.append((found.start("block"), found.end("block"), re.sub(r"[^\n]", "", found["block"])))
        elif not found["extension"] and found["block"] and own:
            edits.append((found.end("block") - 1, found.end("block") - 1, f" @protected {own} "))
        elif not found["extension"] and own:
            edits.append((found.end(), found.end(), f" {{ {own} }} "))
    for found in IMPLEMENTATION.finditer(masked):
        start, end = found.span("block") if found["block"] else (found.end(), found.end())
        lines = re.sub(r"[^\n]", "", masked[start:end])
        edits.append((start, end, f" {' '.join(methods[found[1]])} {lines}"))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return re.sub(r"\b__(weak|unsafe_unretained)\b", "", text)


def impossible_attributes(masked: str) -> list[re.Match[str]]:
    """Return where properties are called weak, or those that hold a block copied or strong."""
    blocks = re.findall(r"\(\s*\^\s*(\w+)\s*\)", masked)  # names of variables, and of types
    return [
        found
        for each in PROPERTY.finditer(masked)
        if each[1]
        for found in re.compile(
            r"\b(weak|copy|strong|retain)\b"
            if any(word in blocks for word in re.findall(r"\w+", each[2]))
            else r"\bweak\b"
        ).finditer(masked, each.start(1), each.end(1))
    ]


def subscripts(text: str, kinds: dict[str, str]) -> str:
    """Return the text with messages for the subscripts of arrays and dictionaries, known by declaration or key."""
    position = 0
    subscript = re.compile(r"(?<![\w.>@])((?:\w+\s*(?:\.|->)\s*)*(\w+))\[")
    while found := subscript.search(mask(text), position):
        masked, position = mask(text), found.end()
        end = closing(masked, found.end() - 1)
        key = text[found.end() : end]
        kind = kinds.get(found[2], "")
        if end < 0 or not (kind or key.lstrip().startswith("@")):
            continue
        how = "forKeyedSubscript" if kind == "Dictionary" or key.lstrip().startswith("@") else "atIndexedSubscript"
        base, after = found[1], end + 1
        assigned = re.compile(r"\s*=(?!=)\s*").match(masked, after)
        if assigned:
            last = masked.find(";", after)
            message, after = f"[{base} setObject:({text[assigned.end() : last]}) {how}:({key})]", last
        elif how == "forKeyedSubscript":
            message = f"[{base} objectForKeyedSubscript:({key})]"
        else:
            message = f"[{base} objectAtIndexedSubscript:({key})]"
        text = text[: found.start()] + message + text[after:]
        position = found.start() + 1
        text = chained(text, found.start())
    return text


def chained(text: str, start: int) -> str:
    """Return the text with messages for further subscripts of the message that begins at `start`."""
    while True:
        masked = mask(text)
        end = closing(masked, start)
        if end < 0 or masked[end + 1 : end + 2] != "[":
            return text
        last = closing(masked, end + 1)
        key = text[end + 2 : last]
        name = "objectForKeyedSubscript" if key.lstrip().startswith("@") else "objectAtIndexedSubscript"
        text = f"{text[:start]}[{text[start : end + 1]} {name}:({key})]{text[last + 1 :]}"


def closing(masked: str, start: int) -> int:
    """Return where the bracket that opens at `start` is closed; -1 if it isn't."""
    depth = 0
    for position in range(start, len(masked)):
        depth += {"[": 1, "]": -1}.get(masked[position], 0)
        if not depth:
            return position
    return -1


if __name__ == "__main__":
    main()
