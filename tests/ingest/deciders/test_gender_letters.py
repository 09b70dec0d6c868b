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
