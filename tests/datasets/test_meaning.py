"""What column names mean: heads, what they are about, and parts of names, in many languages."""

from __future__ import annotations

import tomllib

import pytest

from core.datasets import meaning
from core.datasets.shapes import words
from core.datasets.words import CLASSES, FILE


@pytest.mark.parametrize(
    "header, what, about",
    [
        ("Date of death", "date", {"death"}), ("Sterbedatum", "date", {"death"}),
        ("deathDate", "date", {"death"}), ("Deathdate", "date", {"death"}), ("去世日期", "date", {"death"}),
        ("Дата смерти", "date", {"death"}), ("date de décès", "date", {"death"}),
        ("사망일", None, {"death"}), ("birthplace", "place", {"birth"}), ("Geburtsort", "place", {"birth"}),
        ("lieu de naissance", "place", {"birth"}), ("出生地", "place", {"birth"}),
        ("发行日期", "date", {"publication"}), ("Veröffentlichungsdatum", "date", {"publication"}),
        ("Connected On", "date", {"joining or hiring"}), ("Founded", None, {"founding"}),
        ("Firmengründungsdatum", "date", {"organisation", "founding"}),
        ("Company", None, {"organisation"}), ("company_name", "name", {"organisation"}),
        ("mother's name", "name", {"mother"}), ("nom de la mère", "name", {"mother"}),
        ("mother.name", "name", {"mother"}), ("about.gender", "gender", set()),
        ("countryOfCitizenship", "country", {"nationality"}), ("Country/Region", "country", set()),
        ("Birth/Death", None, {"birth", "death"}), ("city name", "name", {"city"}),
        ("Name (as registered)", "name", {"joining or hiring"}), ("Full name", "name", set()),
    ],
)  # fmt: skip
def test_head_and_what_it_is_about(header: str, what: str | None, about: set[str]) -> None:
    found = meaning.of_path(header)
    assert (found.what, found.about) == (what, about)


@pytest.mark.parametrize(
    "header, part",
    [
        ("First Name", "given"), ("prénom", "given"), ("Vorname", "given"), ("given_name", "given"),
        ("LastName", "family"), ("Nachname", "family"), ("Nom de famille", "family"), ("姓", "family"),
        ("Фамилия", "family"), ("отчество", "middle"), ("Middle Initial", "middle"),
        ("Apellido 1", "family"), ("Suffix", "suffix"), ("Anrede", "title"), ("성", "family"),
    ],
)  # fmt: skip
def test_parts_of_a_name(header: str, part: str) -> None:
    assert meaning.of(header).parts == (part,)


def test_an_unknown_word_before_a_known_head_stays_unknown() -> None:
    assert meaning.of("Sichtungsdatum").unknown == ("sichtungs",)
    assert meaning.of("candidate").what is None
    assert not meaning.of("Quux date").whole and meaning.of("exact date").whole


def test_every_word_stands_once() -> None:
    data = tomllib.loads(FILE.read_text("utf-8"))
    found: dict[tuple[str, ...], str] = {}
    for kind in CLASSES:
        for means, listed in data[kind].items():
            for text in filter(None, map(str.strip, listed.split(","))):
                other = found.setdefault(words(text), f"{kind}.{means}")
                assert other == f"{kind}.{means}", f"{text!r} is also in {other}"
