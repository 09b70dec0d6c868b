"""Letters of Turkish columns change their case as in Turkish; words of two alphabets are told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict

File = Callable[..., Path]


def jobs(wb: Workbench) -> list[list[str]]:
    return [r["occupations"] for r in wb.records(order_by="name").rows()]


def test_lower_case_of_a_turkish_column(wb: Workbench, csv_file: File) -> None:
    path = csv_file("name,occupations", "Ada Roth,ŞARKICI", "Bo Roth,İŞ ADAMI; YAZAR")
    preview = wb.preview(path)
    assert [s.reason for s in preview.recipe if s.op == "lower"] == [
        "1 of 2 values have letters of Turkish, in which I is ı and İ is i"
    ]
    wb.commit(preview.id)
    assert jobs(wb) == [["şarkıcı"], ["iş adamı", "yazar"]]


def test_one_turkish_word_among_many_makes_no_turkish_column(wb: Workbench, csv_file: File) -> None:
    rows = [
        f"{n} Roth,PAINTING ARTIST" for n in ("Ada", "Bo", "Cy", "Di", "Eva", "Flo", "Go", "Hu")
    ]
    wb.import_file(csv_file("name,occupations", *rows, "Zoe Roth,KIZ İMAM"))
    assert jobs(wb) == [["painting artist"]] * 8 + [["kız imam"]]


def test_a_capital_sigma_at_the_end_of_a_word_is_a_final_one(wb: Workbench, csv_file: File) -> None:
    rows = ("A,ΦΙΛΟΣΟΦΟΣ; ΗΘΟΠΟΙΟΣ ΚΑΙ ΣΚΗΝΟΘΕΤΗΣ", "B,ΜΑΪ́ΟΣ (ΝΕΟΣ)", "C,Σ ΣΑΣ;ΠΕΡΣΟΣ-ΣΠΟΡ")
    wb.import_file(csv_file("name,occupations", *rows))
    assert jobs(wb) == [[i.lower() for i in row[2:].split(";")] for row in map(plain, rows)]


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("; ", ";"))


def test_upper_case_of_a_turkish_column(wb: Workbench, csv_file: File) -> None:
    fields = [{"name": "name"}, {"name": "city", "case": "upper"}]
    wb.save_dataset(from_dict({"name": "people", "fields": fields, "key": {"fields": ["name"]}}))
    wb.import_file(csv_file("name,city", "A,izmir", "B,Diyarbakır"), "people")
    assert [r["city"] for r in wb.records("people", order_by="name").rows()] == [
        "İZMİR",
        "DİYARBAKIR",
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Аnna Roth", True),
        ("Anna Rоth", True),
        ("Οlga Roth", True),
        ("Анна Roth", False),
        ("Анна Рот", False),
        ("José Łoś", False),
    ],
)
def test_letters_of_two_alphabets_in_a_word_are_told(
    wb: Workbench, csv_file: File, name: str, told: bool
) -> None:
    found = [p for p in wb.preview(csv_file("name", name)).problems if p.rule == "mixed_scripts"]
    assert bool(found) == told and all(p.severity == "warning" for p in found)
