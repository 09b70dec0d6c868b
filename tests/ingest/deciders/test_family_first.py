"""Names with the family name in front and no comma: turned where the header or capitals show it, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.datasets import meaning
from core.ingest.deciders.answers import answers, other
from core.ingest.previewing import PreviewHandle
from core.workbench import Workbench

Column = Callable[..., PreviewHandle]


@pytest.fixture
def column(wb: Workbench, csv_file: Callable[..., Path]) -> Column:
    """A preview of one column of names."""
    return lambda header, *names: wb.preview(csv_file(header, *names), dataset="celebrities")


def read(preview: PreviewHandle) -> list[str | None]:
    return [next(f.new for f in row.fields if f.field == "name") for row in preview.changes("new")]


def decided(preview: PreviewHandle) -> str | None:
    return next((s.value for s in preview.recipe if s.op == "family_first"), None)


@pytest.mark.parametrize(
    ("header", "names", "turned"),
    [
        ("Cognome e Nome", ["Rossi Mario", "De Luca Anna Maria"], ["Mario Rossi", "Anna Maria De Luca"]),
        ("Nazwisko i imię", ["Kowalski Jan", "Lis Ewa"], ["Jan Kowalski", "Ewa Lis"]),
        ("NOM Prénom", ["LE GOFF Yann", "MARTIN Anne"], ["Yann LE GOFF", "Anne MARTIN"]),
        ("Apellidos y nombre", ["García López Juan", "Ruiz Ana"], ["Juan García López", "Ana Ruiz"]),
        ("ФИО", ["Чехов Антон Павлович", "Лисица Анна"], ["Антон Павлович Чехов", "Анна Лисица"]),
        ("Full name", ["KOWALSKI Jan", "NOWAK Anna", "LIS Ewa"], ["Jan KOWALSKI", "Anna NOWAK", "Ewa LIS"]),
    ],
)  # fmt: skip
def test_turned_and_said(column: Column, header: str, names: list[str], turned: list[str]) -> None:
    found = column(header, *names)
    assert read(found) == turned and decided(found)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Nome e cognome", ["Mario Rossi", "Anna De Luca"]),
        ("Név", ["Nagy János", "Kiss Éva"]),
        ("Vezetéknév + keresztnév", ["Nagy János", "Kiss Éva"]),
        ("Cognome e nome", ["Mario ROSSI", "Anna DE LUCA"]),  # the values say otherwise
        ("Name", ["DJ Khaled", "Ann Lee", "Bo Ek"]),
        ("Name", ["BTS Jin", "BTS Suga", "BTS Jimin", "EXO Kai", "EXO Suho"]),
        ("Name", ["MARIO ROSSI", "ANNA LUCA", "EVA LIS"]),
        ("ФИО", ["Антон Павлович Чехов", "Анна Лис"]),
    ],
)
def test_left_as_they_are(column: Column, header: str, names: list[str]) -> None:
    found = column(header, *names)
    assert read(found) == names and decided(found) is None


def test_a_header_that_may_mean_both_is_a_decision_with_another_answer(
    column: Column, wb: Workbench
) -> None:
    found = column("ФИО", "Чехов Антон", "Лис Анна")
    assert read(found) == ["Чехов Антон", "Лис Анна"] and decided(found) == "keep"
    steps = [(other(s) or s) if s.op == "family_first" else s for s in found.recipe]
    assert read(wb.preview(found.id, recipe=steps)) == ["Антон Чехов", "Анна Лис"]


def test_capitals_in_a_few_names_are_asked_about(column: Column, wb: Workbench) -> None:
    found = column("Name", "LE GOFF Yann", "Ann Lee", "Bo Li", "DJ Khaled", "JAY Z", "Cy Fox")
    asked = [p for p in found.questions if p.rule == "capitals_first"]
    assert [p.count for p in asked] == [1] and decided(found) is None
    said = [a.step("name") for a in answers("capitals_first")]
    assert read(wb.preview(found.id, recipe=[*found.recipe, said[0]]))[0] == "Yann LE GOFF"
    assert not wb.preview(found.id, recipe=[*found.recipe, said[1]]).questions


@pytest.mark.parametrize(
    ("header", "first"),
    [("Surname, first name", True), ("Фамилия Имя Отчество", True), ("Příjmení a jméno", True),
     ("Фамилия Имя", True), ("Prénom NOM", False), ("nameFirst", False), ("Vorname Nachname", False), ("Имя и фамилия", False), ("姓名", False), ("Name", False)],
)  # fmt: skip
def test_headers_that_put_the_family_name_first(header: str, first: bool) -> None:
    assert meaning.of(header).written_family_first is first
