"""A value that only loses accents, case or precision does not replace the one that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from core import Workbench
from core.datasets.model import Field, from_dict
from core.ingest.rows.poorer import poorer

Csv = Callable[..., Path]
LOSES = [
    ("text", "Beyonce", "Beyoncé"),
    ("text", "BEYONCÉ", "Beyoncé"),
    ("text", "beyonce", "Beyoncé"),
    ("text", "Lodz", "Łódź"),
    ("text", "nasa", "NASA"),
    ("text", "RICHARD STRAUSS", "Richard Strauß"),
    ("text", "Aegir Oeuvre", "Ægir Œuvre"),
    ("text", "σωκρατης", "Σωκράτης"),
    ("date", "1990", "1990-05-01"),
    ("date", "-0044-03", "-0044-03-15"),
    ("number", "1.8", "1.83"),
    ("number", "2", "1.83"),
    ("number", "-0.5", "-0.4999"),
]
DIFFERS = [
    ("text", "Beyoncé", "Beyonce"),
    ("text", "Beyoncé", "beyoncé"),
    ("text", "Beyonce", "beyoncé"),
    ("text", "AB", "ab"),
    ("text", "Bob", "Rob"),
    ("text", "A-B", "A B"),
    ("text", "Strauß", "STRAUSS"),
    ("date", "1991", "1990-05-01"),
    ("date", "1990-05-01", "1990"),
    ("number", "1.83", "1.8"),
    ("number", "1.8", "1.86"),
    ("number", "18", "1.8"),
    ("number", "5", "6"),
]


def asked(kind: str, value: str, there: str) -> bool:
    field = Field.model_validate({"name": "a", "type": kind})
    sql = f"SELECT {poorer(field, 's', 'm')} FROM (SELECT ?::{field.sql_type} AS s, ?::{field.sql_type} AS m)"
    with duckdb.connect() as connection:
        return bool((connection.execute(sql, [value, there]).fetchone() or [None])[0])


@pytest.mark.parametrize("kind,value,there", LOSES)
def test_it_only_loses(kind: str, value: str, there: str) -> None:
    assert asked(kind, value, there)
    assert not asked(kind, there, value)


@pytest.mark.parametrize("kind,value,there", DIFFERS)
def test_it_says_something_else(kind: str, value: str, there: str) -> None:
    assert not asked(kind, value, there)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("aAéÉlŁ 1"), max_size=4),
    st.text(st.sampled_from("aAéÉlŁ 1"), max_size=4),
)
def test_no_two_values_are_each_poorer(one: str, other: str) -> None:
    if one != other:
        assert not (asked("text", one, other) and asked("text", other, one))


def test_it_stays_and_is_told(wb: Workbench, csv_file: Csv) -> None:
    head = "name,birth_date,nationality,description"
    wb.import_file(csv_file(head, "Beyoncé,1981-09-04,Texas,Łódź"))
    preview = wb.preview(csv_file(head, "BEYONCE,1981,Utah,Lodz", name="b.csv"))
    (change,) = preview.changes("changed")
    assert [(f.field, f.new) for f in change.fields] == [("nationality", "Utah")]
    kept = {p.field: p for p in preview.problems if p.rule == "kept"}
    assert set(kept) == {"name", "birth_date", "description"}
    assert {p.severity for p in kept.values()} == {"info"}
    assert kept["name"].examples[0].found == "BEYONCE (there: Beyoncé)"
    wb.commit(preview.id)
    (record,) = wb.records().rows()
    assert (record["name"], record["birth_date"]) == ("Beyoncé", "1981-09-04")
    assert wb.check(deep=True).findings == ()


def test_a_field_may_take_it_always(wb: Workbench, csv_file: Csv) -> None:
    fields = [
        {"name": "name"},
        {"name": "note", "on_update": "always"},
        {"name": "size", "type": "number"},
    ]
    wb.save_dataset(from_dict({"name": "things", "fields": fields, "key": {"fields": ["name"]}}))
    wb.import_file(csv_file("name,note,size", "a,É,1.25"), "things")
    preview = wb.preview(csv_file("name,note,size", "a,E,1.3", name="b.csv"), "things")
    (change,) = preview.changes("changed")
    assert [(f.field, f.old, f.new) for f in change.fields] == [("note", "É", "E")]
    assert [p.field for p in preview.problems] == ["size"]
