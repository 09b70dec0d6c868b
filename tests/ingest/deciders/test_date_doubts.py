"""Dates that are read and may still mean something else: warned about, with answers that settle it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.ingest.previewing import PreviewHandle
from core.workbench import Workbench

Born = Callable[..., PreviewHandle]


@pytest.fixture
def born(wb: Workbench, csv_file: Callable[..., Path]) -> Born:
    """A preview of a file with one date for each name."""

    def preview(*texts: str) -> PreviewHandle:
        rows = [f'Person {"abcdefghijklmnopqrstuvwxyz"[i]},"{t}"' for i, t in enumerate(texts)]
        return wb.preview(csv_file("name,born", *rows), dataset="celebrities")

    return preview


def read(preview: PreviewHandle) -> list[str | None]:
    return [
        next((f.new for f in row.fields if f.field == "birth_date"), None)
        for row in preview.changes("new")
    ]


def doubts(preview: PreviewHandle) -> dict[str, int]:
    return {q.rule: q.count for q in preview.questions}


def answered(wb: Workbench, preview: PreviewHandle) -> list[list[str | None]]:
    """What is read after each answer to the only question."""
    (question,) = preview.questions
    found = []
    for answer in question.as_dict()["answers"]:
        after = wb.preview(preview.id, recipe=[*preview.recipe, answer["step"]])
        assert not after.questions
        found.append(read(after))
    return found


def test_what_programs_write_for_no_date(born: Born, wb: Workbench) -> None:
    found = born("1604-05-03", "1982-12-27", "0001-01-01", "1753-01-01 00:00", "1900-01-01")
    assert doubts(found) == {"default_date": 4}
    none, dates = answered(wb, found)
    assert none == [None, "1982-12-27", None, None, None]
    assert dates == ["1604-05-03", "1982-12-27", "0001-01-01", "1753-01-01", "1900-01-01"]


@pytest.mark.parametrize("style", ["{}-01-01", "{}-01-01T00:00:00Z", "01/01/{}"])
def test_years_alone_that_are_written_as_a_day(born: Born, wb: Workbench, style: str) -> None:
    years = ["1835", "1904", "1911", "1950", "1961"]
    found = born(*(style.format(year) for year in years), "1977-05-06")
    assert doubts(found) == {"january_first": 5}
    assert answered(wb, found)[0] == [*years, "1977-05-06"]
    assert not doubts(born("1835-01-01", "1977-05-06", "1904-03-02", "1950-01-01"))


def test_midnight_further_east(born: Born, wb: Workbench) -> None:
    found = born("1980-05-31T22:00:00Z", "1982-12-26T23:00:00.000Z", "1990-07-03T22:00:00Z")
    assert doubts(found) == {"local_midnight": 3}
    next_day, same_day = answered(wb, found)
    assert next_day == ["1980-06-01", "1982-12-27", "1990-07-04"]
    assert same_day == ["1980-05-31", "1982-12-26", "1990-07-03"]
    # Hours of birth, and midnight here.
    assert not doubts(born("1980-05-31T22:07:00Z", "1982-12-26T03:00:00Z", "1990-07-03T22:00:00Z"))
    assert not doubts(born("1980-05-31T00:00:00Z", "1982-12-26T00:00:00Z"))


def test_a_digit_behind_the_point(born: Born, wb: Workbench) -> None:
    found = born("1950.5", "1960.3", "1975-12-03")
    assert doubts(found) == {"decimal_year": 2}
    month, year = answered(wb, found)
    assert (month[:2], year[:2]) == (["1950-05", "1960-03"], ["1950", "1960"])
    for texts, dates in (
        (["1950.5", "1960.11"], ["1950-05", "1960-11"]),
        (["1950.5", "1951.0"], ["1950", "1951"]),
        (["1950,25", "1951,5"], ["1950", "1951"]),
    ):
        found = born(*texts)
        assert not doubts(found)
        assert [r.fields[-1].new for r in found.changes("new")] == dates


def test_listopada_alone(born: Born, wb: Workbench) -> None:
    found = born("5 listopada 1960", "1975-12-03")
    assert doubts(found) == {"listopad": 1}
    assert [days[0] for days in answered(wb, found)] == ["1960-11-05", "1960-10-05"]
    assert not doubts(born("5 listopada 1960", "3 grudnia 1975"))
