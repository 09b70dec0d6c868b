"""Records asked for, sorted and paged by date: as time, before Christ too, partial dates by their days."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadQuery
from core.workbench import Workbench

BORN = [
    "-0044-03-15",
    "-0427",
    "-0044",
    "0014",
    "1957-12-31",
    "1958",
    "1958-08",
    "1958-08-03",
    "1959-01-01",
]


@pytest.fixture
def old(wb: Workbench, tmp_path: Path) -> Workbench:
    rows = "".join(f"Person {chr(97 + i)},{text}\n" for i, text in enumerate(BORN))
    path = tmp_path / "old.csv"
    path.write_text(f"name,birth_date\nNobody,\n{rows}", "utf-8")
    wb.import_file(path, dataset="celebrities")
    return wb


def born(wb: Workbench, *where: tuple[str, str, object], order: str = "birth_date") -> list[str]:
    rows = wb.records("celebrities", where=list(where) or None, order_by=order).rows()
    return [row["birth_date"] for row in rows]


def test_sorted_as_time(old: Workbench) -> None:
    ordered = ["-0427", "-0044", "-0044-03-15", *BORN[3:]]
    assert born(old) == [*ordered, None]
    assert born(old, order="-birth_date") == [*reversed(ordered), None]


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("lt", "0001", ["-0427", "-0044", "-0044-03-15"]),
        ("le", "-0044", ["-0427", "-0044", "-0044-03-15"]),
        ("lt", "-0044", ["-0427"]),
        ("lt", "44 BC", ["-0427"]),
        ("ge", "-0044-06-01", ["-0044", *BORN[3:]]),
        ("ge", "1958", BORN[5:]),
        ("le", "1958", ["-0427", "-0044", "-0044-03-15", *BORN[3:8]]),
        ("gt", "1958", ["1959-01-01"]),
        ("ge", "1958-08-02", ["1958", "1958-08", "1958-08-03", "1959-01-01"]),
        ("eq", "15 March 44 BC", ["-0044-03-15"]),
        ("in", "1958,-0427", ["-0427", "1958"]),
        ("starts", "1958", BORN[5:8]),
    ],
)
def test_conditions(old: Workbench, operator: str, value: str, found: list[str]) -> None:
    assert born(old, ("birth_date", operator, value)) == found


@pytest.mark.parametrize("value", ["soon", "03/04/1990", "12-Mar-05", "", "1958-13"])
def test_what_is_no_date_is_refused(old: Workbench, value: str) -> None:
    with pytest.raises(BadQuery, match="birth_date"):
        born(old, ("birth_date", "ge", value))


def test_an_edit_takes_what_an_export_shows(old: Workbench) -> None:
    (row,) = old.records("celebrities", where={"birth_date": "-0427"}).rows()
    for text, kept in [
        ("-0044-03-15", "-0044-03-15"),
        ("'-0044-03-16", "-0044-03-16"),
        ("44 BC", "-0044"),
    ]:
        record = old.edit("celebrities", row["record_id"], {"birth_date": text})
        assert record["birth_date"] == kept
