"""SQL in a notebook shows a dataset as it is defined: a field that left is not among its columns."""

from __future__ import annotations

import pytest

from core import Workbench
from core.datasets.model import from_text

WITH_CITY = """name = "towns"
[key]
fields = ["name"]
[[fields]]
name = "name"
required = true
[[fields]]
name = "city"
[[fields]]
name = "size"
type = "integer"
"""
WITHOUT = WITH_CITY.replace('[[fields]]\nname = "city"\n', "")
FIELDS = ["name", "size"]


@pytest.fixture(name="towns")
def _towns(wb: Workbench) -> Workbench:
    wb.save_dataset(from_text(WITH_CITY))
    wb.import_file(b"name,city,size\nAda,Rome,1\nBob,Bonn,2\n", "towns", filename="a.csv")
    wb.save_dataset(from_text(WITHOUT), replace=True)
    return wb


def fields(wb: Workbench, statement: str) -> list[str]:
    return [n for n in wb.sql(statement).pl().columns if n[0] != "_" and n != "record_id"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM towns ORDER BY size",
        "FROM towns",
        'select t.* from "towns" t',
        "SELECT * FROM Towns;",
        "WITH big AS (SELECT * FROM towns WHERE size > 1) SELECT * FROM big",
        "-- a comment\nWITH RECURSIVE big AS (SELECT * FROM towns) SELECT * FROM big",
        "/* with */ SELECT * FROM (SELECT * FROM towns)",
        "(SELECT * FROM towns) UNION ALL (SELECT * FROM towns)",
    ],
)
def test_a_field_that_left_is_shown_no_more(towns: Workbench, statement: str) -> None:
    assert fields(towns, statement) == FIELDS


def test_what_asks_for_more_gets_it(towns: Workbench) -> None:
    assert "city" in fields(towns, "SELECT * FROM main.towns")
    assert fields(towns, "WITH towns AS (SELECT 1 AS one) SELECT * FROM towns") == ["one"]
    towns.save_dataset(from_text(WITH_CITY), replace=True)
    assert towns.sql("SELECT name, city FROM towns ORDER BY 1").fetchall() == [
        ("Ada", "Rome"),
        ("Bob", "Bonn"),
    ]
