"""Names that are no plain name of one person: told with what was probably meant, and never changed in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from core import Workbench
from core.cleaning import odd_names
from core.datasets.model import from_dict

Csv = Callable[..., Path]

ODD = {
    "Q123": None,
    "John Doe": None,
    "Max Mustermann": None,
    "XXX": None,
    "Test User 2": None,
    "asdf": None,
    "N.N.": None,
    "nm0000158": None,
    "Zo\ufffd": None,
    "Zo&eacute; Kravitz": "Zoé Kravitz",
    "Zo&#233;": "Zoé",
    "Beyonc\\u00e9": "Beyoncé",
    "Zo=C3=AB": "Zoë",
    "Zo%C3%AB": "Zoë",
    "<b>Tom Hanks</b>": "Tom Hanks",
    "[[Tom Hanks]]": "Tom Hanks",
    "Tom Hanks[1]": "Tom Hanks",
    "Tom Hanks†": "Tom Hanks",
    "Tom Hanks *": "Tom Hanks",
    "1. Tom Hanks": "Tom Hanks",
    "Tom Hanks, actor": "Tom Hanks",
    "Tom Hanks (actor)": "Tom Hanks",
    "Various Artists": None,
    "[deleted]": None,
    "(2 rows affected)": None,
    "Page 1 of 2": None,
    "Total": None,
    "Sub-total:": None,
    "合計": None,
    "Source: Wikipedia": None,
    "ditto": None,
    "Tom Hanks & Ann Ames": None,
    "Tom Hanks and Ann Ames": None,
    "Tom Hanks; Ann Ames": None,
    "https://example.org/ann": None,
    "ann.ames@example.org": None,
    "@ann_ames": None,
    "+49 (30) 1234-567": None,
    "1967": None,
}
PLAIN = [
    *(
        "周杰伦",
        "Conan O’Brien",
        "Jean-Luc Godard",
        "50 Cent",
        "21 Savage",
        "UB40",
        "The Weeknd",
        "Prince",
    ),
    *(
        "Martin Luther King, Jr.",
        "Martin Luther King, jr",
        "Beethoven, Ludwig van",
        "Al-Khwārizmī",
        "Ke$ha",
    ),
    *(
        "José Ortega y Gasset",
        "Ⅎ",
        "♀",
        "Björk Guðmundsdóttir",
        "Plácido Domingo",
        "6ix9ine",
        "P!nk",
        "Ye",
    ),
    *(
        "Muhammad ibn Mūsā",
        "Sammy Davis Jr.",
        "Ringo Starr",
        "Sum Wong",
        "Total Recall",
        "Meany",
        "ศิริ",
        "অমর্ত্য সেন",
        "김연아",
        "X Æ A-12",
    ),
]


def found(condition: str, text: str) -> bool:
    row = duckdb.execute(f"SELECT {condition} FROM (SELECT ? AS v)", [text]).fetchone()
    return bool(row and row[0])


@pytest.mark.parametrize("text", [*ODD, *PLAIN])
def test_what_is_odd(text: str) -> None:
    assert found(odd_names.sql("v"), text) == (text in ODD)
    assert not found(odd_names.nothing("v"), text)


@pytest.mark.parametrize("text", ODD)
def test_the_repair(text: str) -> None:
    assert odd_names.repaired(text) == ODD[text]


@pytest.mark.parametrize("text", ['"', "″", "〃", "†", "= =", "...", "*"])
def test_what_has_no_letter(text: str) -> None:
    assert found(odd_names.nothing("v"), text)


def test_a_file_of_people_says_it(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,mbti", "Zo&euml; K,INTJ", "〃,INTJ", "Bo,INTJ")
    preview = wb.preview(path)
    assert (preview.counts.new, preview.counts.rejected) == (2, 1)
    odd = next(p for p in preview.problems if p.rule == "odd_name")
    assert (odd.severity, odd.found[0].value, odd.found[0].repair) == (
        "warning",
        "Zo&euml; K",
        "Zoë K",
    )
    assert [p.rule for p in preview.problems if p.severity == "error"] == ["no_name"]


def test_letters_of_html_and_json_in_any_text(wb: Workbench, csv_file: Csv) -> None:
    head, row = (
        "name,description,aliases,source",
        "Ann,caf&eacute; & bar,\\u0041nn,http://x.y/?a=1&b=2",
    )
    preview = wb.preview(csv_file(head, row))
    found = {
        p.field: (p.severity, p.found[0].repair) for p in preview.problems if p.rule == "encoded"
    }
    assert found == {"description": ("warning", "café & bar"), "aliases": ("warning", None)}
    assert wb.preview(csv_file("name,description", "Ann,AT&T; R&D")).problems == []


@pytest.mark.parametrize(
    "text, texts",
    [
        ("&quot;Jay&quot;; Bo", ["&quot;Jay&quot;", "Bo"]),
        ("Zo&euml;;Bo", ["Zo&euml;", "Bo"]),
        ("O&#39;Lee;J&#x6F;e", ["O&#39;Lee", "J&#x6F;e"]),
        ("Tom &amp; Co, Bo", ["Tom &amp; Co", "Bo"]),
        ("R&B;M&Ms;Lee, Jr.", ["R&B", "M&Ms", "Lee, Jr."]),
    ],
)
def test_the_semicolon_of_an_entity_does_not_cut(
    wb: Workbench, csv_file: Csv, text: str, texts: list[str]
) -> None:
    wb.import_file(csv_file("name,aliases", f'Ann,"{text}"'))
    assert wb.records().pl()["aliases"].to_list() == [texts]


def test_other_things_may_be_called_so(wb: Workbench, csv_file: Csv) -> None:
    fields = [{"name": "name"}, {"name": "year"}]
    wb.save_dataset(from_dict({"name": "films", "fields": fields, "key": {"fields": ["name"]}}))
    path = csv_file("name,year", "Pride & Prejudice,2005", "M,1931", "Q123,2000", "Alone,")
    assert wb.preview(path, "films").problems == []


@pytest.mark.parametrize("row", ["Actors,", "Page 1 of 2,", "Total,", "(2 rows affected),"])
def test_a_row_that_says_only_a_name_is_told(wb: Workbench, csv_file: Csv, row: str) -> None:
    path = csv_file("name,mbti", row, "Ann,INTJ", "Bo,ENTP")
    (alone,) = [p for p in wb.preview(path).problems if p.rule == "alone"]
    assert (alone.severity, alone.examples[0].found) == ("warning", row[:-1])


def test_where_many_say_only_a_name_nobody_is_told(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,mbti", "Ann,", "Bo,", "Cy,INTJ", "Di,ENTP", "Ed,")
    assert wb.preview(path).problems == []


def test_a_value_that_was_refused_was_said(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,birth_date", "Ann Ames,1950-01-02", "Bo Berg,the other day", "Cy Dahl,")
    (alone,) = [p for p in wb.preview(path).problems if p.rule == "alone"]
    assert [e.row for e in alone.examples] == [3]
    steps = [*wb.preview(path).recipe, {"op": "clear_invalid", "field": "birth_date"}]
    (alone,) = [p for p in wb.preview(path, recipe=steps).problems if p.rule == "alone"]
    assert [e.row for e in alone.examples] == [3]
