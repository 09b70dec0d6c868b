"""Folding is for names: numbers, dates and codes are compared by their value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import Dataset, Field, Key

Csv = Callable[..., Path]


def counted(
    wb: Workbench, csv_file: Csv, key: Field, values: tuple[str, ...], both: Field | None = None
) -> tuple[int, int]:
    """How many records a file of these values makes, and how many of its rows find theirs again.

    The values are those of the key, or of the field that must agree while the key is the same.
    """
    fields = (key, *((both,) if both else ()), Field(name="note"))
    known_by = Key(fields=(key.name,), when_both=both.name if both else None)
    wb.save_dataset(Dataset(name="things", fields=fields, key=known_by))
    rows = [f'{"x," if both else ""}"{value}",{i}' for i, value in enumerate(values)]
    path = csv_file(",".join(f.name for f in fields), *rows)
    wb.import_file(path, dataset="things")
    again = wb.import_file(path, dataset="things", force=True).counts
    return wb.count("things"), again.unchanged + again.changed


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (Field(name="number", type="integer"), ("5", "-5", "0", "55")),
        (Field(name="number", type="number"), ("1.5", "-1.5", "15", "0.15")),
        (Field(name="year", type="date"), ("0044", "-0044", "0044-01")),
        (Field(name="language"), ("C", "C++", "C#", "C--", "F#", ".NET", "NET")),
        (Field(name="number"), ("5", "-5", "1.5", "15", "1/5", "1-5")),
        (Field(name="code", pattern=r"[A-Za-z]-?[0-9]"), ("A-1", "A1", "a1")),
        (Field(name="grade", choices=("A", "A+", "A-")), ("A", "A+", "A-")),
        (Field(name="mail", format="email"), ("a.b@x.org", "a-b@x.org", "ab@x.org")),
    ],
)
def test_values_that_differ_are_records_of_their_own(
    wb: Workbench, csv_file: Csv, key: Field, values: tuple[str, ...]
) -> None:
    assert counted(wb, csv_file, key, values) == (len(values), len(values))


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (Field(name="number", type="number"), ("-0.0", "0")),
        (Field(name="number", type="integer"), ("−5", "-5")),
        (Field(name="mail", format="email"), ("A@x.org", "a@x.org")),
        (Field(name="language"), ("c++", "Ｃ＋＋")),
    ],
)
def test_values_that_are_written_otherwise_are_one(
    wb: Workbench, csv_file: Csv, key: Field, values: tuple[str, ...]
) -> None:
    assert counted(wb, csv_file, key, values)[0] == 1


@pytest.mark.parametrize(
    ("both", "values", "records"),
    [
        (Field(name="number", type="integer"), ("1", "12"), 2),
        (Field(name="town"), ("York", "Yorkshire"), 2),
        (Field(name="town"), ("Łódź", "LODZ"), 1),
        (Field(name="born", type="date"), ("1990", "1990-05-01"), 1),
        (Field(name="born", type="date"), ("1990", "1991-05-01"), 2),
        (Field(name="born", type="date"), ("-0044", "0044"), 2),
    ],
)
def test_what_must_agree_agrees_by_value_and_dates_by_what_they_cover(
    wb: Workbench, csv_file: Csv, both: Field, values: tuple[str, ...], records: int
) -> None:
    assert counted(wb, csv_file, Field(name="name"), values, both)[0] == records


def test_it_holds_between_files_too(wb: Workbench, csv_file: Csv) -> None:
    fields = (Field(name="name"), Field(name="town"))
    wb.save_dataset(
        Dataset(name="things", fields=fields, key=Key(fields=("name",), when_both="town"))
    )
    for town, new in (("York", 1), ("Yorkshire", 1), ("YORK", 0)):
        assert (
            wb.import_file(csv_file("name,town", f"Ann,{town}"), dataset="things").counts.new == new
        )
