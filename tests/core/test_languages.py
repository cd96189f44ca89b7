from __future__ import annotations

import re
from pathlib import Path

import pytest

from functions.core.errors import UnknownLanguageError
from functions.core.languages import LANGUAGES_FOLDER, Catalog, Language, catalog, examples

SHEBANGS = {
    "#!/usr/bin/env python3": "python",
    "#!/usr/bin/python3.11 -u": "python",
    "#!/usr/bin/env -S python3 -u": "python",
    "#!/usr/bin/env -S -i PATH=/bin python3": "python",
    "#! /usr/bin/python": "python",
    "#!/usr/bin/env -S -u HOME python3": "python",
    "#!/usr/bin/env -Spython3 -u": "python",
    "#!/usr/bin/env -vS A=1 python3": "python",
    "#!/usr/bin/env --split-string=node --no-warnings": "javascript",
    "#!/bin/sh": "bash",
    "#!/bin/sh -e": "bash",
    "#!/bin/dash": "bash",
    "#!/usr/bin/env node": "javascript",
    "#!/usr/local/bin/node18": "javascript",
    "#!/usr/bin/perl -w": "perl",
    "#!/usr/bin/perl5.36": "perl",
    "#!/usr/bin/tclsh8.6": "tcl",
    "#!/usr/bin/awk -f": "awk",
    "#!python3": "python",
}


@pytest.mark.parametrize("line", SHEBANGS)
@pytest.mark.parametrize("form", ["{}\nrest", "{}\r\nrest\r\n", "\ufeff{}\nrest", "{}"])
def test_shebang_names_the_language(line: str, form: str) -> None:
    language = catalog().detect(form.format(line))
    assert language
    assert language.id == SHEBANGS[line]


@pytest.mark.parametrize(
    "code", ["", "print(1)", "#!", "#!\n", "#!/usr/bin/env", "#!/usr/bin/env -S", "#!/usr/bin/cobol", "\n#!/bin/sh"]
)
def test_no_shebang_no_language(code: str) -> None:
    assert catalog().detect(code) is None


def test_interpreter_with_a_number_in_its_name_is_not_cut() -> None:
    perl = catalog()["perl"]
    raku = perl.model_copy(update={"id": "raku", "aliases": (), "shebangs": ("raku", "perl6")})
    both = Catalog([perl, raku])
    assert both.detect("#!/usr/bin/env perl6") == raku
    assert both.detect("#!/usr/bin/env perl5") == perl


def test_names_in_any_case_and_close_matches() -> None:
    assert catalog().find(" PY ").id == "python"
    assert catalog().find("C++").id == "cpp"
    with pytest.raises(UnknownLanguageError) as caught:
        catalog().find("javascrip")
    assert "javascript" in caught.value.close


def test_no_name_means_two_languages() -> None:
    names = [name for each in catalog().values() for name in (each.id, *each.aliases)]
    assert len(names) == len(set(names))
    for kind in ("extensions", "shebangs"):
        words = [word for each in catalog().values() for word in getattr(each, kind)]
        assert len(words) == len(set(words)), kind


@pytest.mark.parametrize("language", catalog())
def test_every_language_has_a_hello_of_its_own_extension(language: str) -> None:
    hellos = list((LANGUAGES_FOLDER / language).glob("hello.*"))
    assert len(hellos) == 1
    assert hellos[0].suffix[1:] in catalog()[language].extensions


def test_a_toml_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "python"
    folder.mkdir()
    text = (LANGUAGES_FOLDER / "python" / "language.toml").read_text()
    (folder / "language.toml").write_text(re.sub(r"(?m)^source", 'flavour = "x"\nsource', text))
    with pytest.raises(ValueError, match="flavour"):
        Catalog.load(tmp_path)
    (tmp_path / "snake").mkdir()
    (folder / "language.toml").unlink()
    (tmp_path / "snake" / "language.toml").write_text(text)
    with pytest.raises(ValueError, match="not the folder's name"):
        Catalog.load(tmp_path)


@pytest.mark.parametrize("language", catalog().values(), ids=list(catalog()))
def test_what_a_language_needs_is_more_than_a_shell(language: Language) -> None:
    assert language.commands()
    assert not {"sh", "stdbuf"} & set(language.commands()), "name the commands in `requires`"


def test_every_language_has_a_first_program() -> None:
    assert set(examples()) == set(catalog())
    assert all(program.strip() for program in examples().values())
