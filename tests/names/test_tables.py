"""The tables of names: each is read whole, says where it comes from, and holds what its readers take for granted."""

from __future__ import annotations

import re

import pytest

from core.names import fold, script
from core.names.readings.cyrillic import SYSTEMS
from core.names.readings.kana import hepburn
from core.names.sounds import sound
from core.names.tables import FOLDER, respelled, rows, toml

TABLES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".toml", ".csv"))


@pytest.mark.parametrize("name", TABLES)
def test_each_says_where_it_comes_from(name: str) -> None:
    head = (FOLDER / name).read_text("utf-8").split("\n\n")[0]
    assert re.search(r"^#.*(Source|Written by us)", head, re.MULTILINE)
    assert rows(name[:-4]) if name.endswith(".csv") else toml(name[:-5])


def test_nicknames() -> None:
    found = rows("nicknames")
    assert len({language for language, _, _ in found}) >= 10
    for language, names, short in found:
        scripts = {script(word) for word in (names + " " + short).split()}
        assert len(scripts) == 1, (language, names)
        assert names and (short or " " in names or language == "en")


def test_spellings_are_plain() -> None:
    for table in (toml("spellings")["arabic"], toml("spellings")["hebrew"]):
        for name, spelled in table.items():
            assert script(name) in ("Arab", "Hebr")
            assert re.fullmatch("[a-z]+( [a-z]+)*", spelled), name
    for name, spoken in rows("irregular"):
        assert fold(name) == name and re.fullmatch("[a-z]+", spoken)


def test_kanji_are_read_in_kana() -> None:
    for kanji, given, family in rows("kanji"):
        assert len(kanji) == 1
        for reading in (*given.split(), *family.split()):
            assert hepburn(reading) or reading == "っ", (kanji, reading)


def test_every_cyrillic_system_has_its_letters() -> None:
    for system in SYSTEMS:
        letters = {**toml("cyrillic")["letters"], **toml("cyrillic")[system]}
        assert all(
            script(letter) == "Cyrl" and latin.isascii() for letter, latin in letters.items()
        )


def test_korean_systems_have_a_letter_for_each_part_of_a_syllable() -> None:
    letters = toml("korean")["letters"]
    for system in ("revised", "mccune"):
        counts = [len(letters[f"{system}_{part}"].split()) for part in ("first", "vowels", "last")]
        assert counts == [19, 21, 28]


def test_sounds_that_are_near_exist() -> None:
    known = set("".join(toml("sounds")["letters"].values()))
    assert all(len(pair) == 2 and set(pair) <= known for pair in toml("sounds")["near"])
    assert set(toml("sounds")["classes"]) <= known
    assert sound("tschaikowski") == sound("chaikowski") != ""


@pytest.mark.parametrize(
    ("latin", "rules", "to"),
    [
        ("knight", "english", "nait"),
        ("mike", "english", "maik"),
        ("suwifuto", "katakana", "swift"),
        ("xiqin", "pinyin", "shichin"),
    ],
)
def test_respelled(latin: str, rules: str, to: str) -> None:
    assert respelled(latin, rules) == to
