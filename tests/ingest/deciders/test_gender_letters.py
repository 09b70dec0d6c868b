"""A letter for a gender means what it means in the language of the other letters of its column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

File = Callable[..., Path]
M, F = "male", "female"


@pytest.mark.parametrize(
    ("header", "written", "meant"),
    [
        ("Sexo", "HMh", [M, F, M]),
        ("Neme", "FNF", [M, F, M]),
        ("Cinsiyet", "EKE", [M, F, M]),
        ("Jenis kelamin", "LPL", [M, F, M]),
        ("gender", "VSV", [M, F, M]),
        ("Sukupuoli", "MNM", [M, F, M]),
        ("Sesso", "UDU", [M, F, M]),
        ("Geslacht", "MVM", [M, F, M]),
        ("Sexo", "VMV", [M, F, M]),
        ("Sexe", "HFH", [M, F, M]),
        ("gender", "MFX", [M, F, "non-binary"]),
        ("Geschlecht", "mwm", [M, F, M]),
        ("Płeć", "MKM", [M, F, M]),
        ("gender", "MMM", [M, M, M]),
        ("gender", "FFF", [F, F, F]),
        ("Geslacht", "VVV", [F, F, F]),
        ("Sexo", "VVV", [M, M, M]),
        ("Sexo", "FFF", [F, F, F]),
        ("Nem", "FFF", [M, M, M]),
        ("Lytis", "MMM", [F, F, F]),
        ("Płeć", "MMM", [M, M, M]),
    ],
)
def test_letters_are_read_by_their_pair(
    wb: Workbench, csv_file: File, header: str, written: str, meant: list[str]
) -> None:
    rows = [f"{name} Roth,{letter}" for name, letter in zip(["Ada", "Eva", "Ida"], written)]
    wb.import_file(csv_file(f"name,{header}", *rows), mapping={header: "gender"})
    assert [r["gender"] for r in wb.records(order_by="name").rows()] == meant


def test_another_meaning_is_said(wb: Workbench, csv_file: File) -> None:
    preview = wb.preview(csv_file("name,sexo", "Ada Roth,H", "Eva Roth,M"))
    said = [s for s in preview.recipe if s.op == "replace"]
    assert [(s.value, s.to) for s in said] == [("M", F)]
    assert said[0].reason == "“H” and “M” stand for hombre/homem, mujer/mulher"


def test_signs_for_a_gender(wb: Workbench, csv_file: File) -> None:
    wb.import_file(csv_file("name,gender", "Ada Roth,♀", "Bo Roth,♂️", "Cy Roth,Herr"))
    assert [r["gender"] for r in wb.records(order_by="name").rows()] == [F, M, M]


@pytest.mark.parametrize("head", ["Nombre,Sexo", "name,sexo", "Nombre,Gender", "Nome,Gênero"])
def test_a_letter_alone_of_a_language_with_two_pairs_is_asked_about(
    wb: Workbench, csv_file: File, head: str
) -> None:
    preview = wb.preview(csv_file(head, "Ada Roth,M", "Eva Roth,M"))
    (asked,) = preview.questions
    assert (asked.rule, asked.severity, asked.count) == ("meanings", "error", 2)
    assert [a["label"] for a in asked.answers] == ["“M” is female", "“M” is male"]
    answered = wb.preview(preview.id, recipe=[*preview.recipe, asked.answers[0]["step"]])
    assert not answered.questions and answered.counts.new == 2
    assert {f.new for c in answered.changes() for f in c.fields if f.field == "gender"} == {F}


def test_numbers_for_a_gender_are_asked_about(wb: Workbench, csv_file: File) -> None:
    preview = wb.preview(csv_file("name,gender", "Ada Roth,1", "Bo Roth,2.0", "Cy Roth,male"))
    (asked,) = preview.problems
    assert (asked.rule, asked.count, len(asked.answers)) == ("gender_codes", 2, 4)
    iso = next(a["step"] for a in asked.answers if a["step"]["value"] == "iso")
    wb.preview(preview.id, recipe=[*preview.recipe, iso])
    wb.commit(preview.id)
    assert [r["gender"] for r in wb.records(order_by="name").rows()] == [M, F, M]


def test_numbers_in_the_data_of_the_movie_database(wb: Workbench, csv_file: File) -> None:
    header = "name,known_for_department,gender"
    wb.import_file(csv_file(header, "Ada Roth,Acting,1", "Bo Roth,Acting,2", "Cy Roth,Crew,0"))
    assert [r["gender"] for r in wb.records(order_by="name").rows()] == [F, M, None]
