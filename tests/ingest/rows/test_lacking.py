"""A row without the date that tells people of one name apart, where its file knows one of them and the records more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

Csv = Callable[..., Path]
HEAD = "name,birth_date,mbti"


def outcomes(wb: Workbench, path: Path) -> dict[int | None, str]:
    return {c.row: c.outcome for c in wb.preview(path).changes(limit=100)}


@pytest.mark.parametrize("row", ["Ann,,INTJ", "Ann,1990,"])
def test_it_is_not_taken_for_the_one_of_its_file(wb: Workbench, csv_file: Csv, row: str) -> None:
    wb.import_file(csv_file(HEAD, "Ann,1970-01-01,ENTP", "Ann,1990-07-07,", name="a.csv"))
    path = csv_file(HEAD, "Ann,1990-05-05,ENFP", row, name="b.csv")
    preview = wb.preview(path)
    assert (preview.counts.new, preview.counts.conflicting) == (1, 1)
    (problem,) = preview.problems
    assert (problem.rule, problem.severity) == ("ambiguous", "error")
    upload = wb.commit(preview.id)
    assert {(r["birth_date"], r["mbti"]) for r in wb.records().rows()} == {
        ("1970-01-01", "ENTP"),
        ("1990-07-07", None),
        ("1990-05-05", "ENFP"),
    }
    assert [r.row for r in wb.quarantine(upload.id)] == [2]
    assert wb.check(deep=True).findings == ()


def test_one_other_record_is_enough(wb: Workbench, csv_file: Csv) -> None:
    """After the import there are two, and in a file of its own the row would mean either."""
    wb.import_file(csv_file(HEAD, "Ann,1970,", name="a.csv"))
    path = csv_file(HEAD, "Ann,1990,", "Ann,,INTJ", name="b.csv")
    assert outcomes(wb, path) == {1: "new", 2: "conflicting"}


def test_whom_the_records_know_as_one_is_one(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file(HEAD, "Ann,1990,", "Bo,1970,", name="a.csv"))
    path = csv_file(HEAD, "Ann,1990-05-05,", "Ann,,INTJ", "Bo,,INTJ", "Bo,,ENTP", name="b.csv")
    assert outcomes(wb, path) == {1: "repeated", 2: "changed", 3: "repeated", 4: "changed"}


def test_records_that_come_after_the_preview_count(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file(HEAD, "Ann,1990,", "Ann,,INTJ", name="b.csv")
    first = wb.preview(path)
    assert first.counts.repeated == 1
    wb.import_file(csv_file(HEAD, "Ann,1970,", name="a.csv"))
    again = wb.preview(first.id)
    assert (again.counts.new, again.counts.conflicting) == (1, 1)
    wb.commit(first.id)
    assert sorted((r["birth_date"], r["mbti"]) for r in wb.records().rows()) == [
        ("1970", None),
        ("1990", None),
    ]
    assert wb.check(deep=True).findings == ()


def test_what_was_imported_stays_explained(wb: Workbench, csv_file: Csv) -> None:
    """The row was no riddle when it came in; a later record does not make the history untrue."""
    wb.import_file(csv_file(HEAD, "Ann,1990,", "Ann,,INTJ", name="a.csv"))
    wb.import_file(csv_file(HEAD, "Ann,1970,", name="b.csv"))
    assert wb.check(deep=True).findings == ()
