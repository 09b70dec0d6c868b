"""records, record, edit, delete, restore, sql."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from core.cli.records import parse_where
from core.datasets.registry import BUILT_IN
from core.datasets.model import from_toml
from core.errors import BadQuery
from tests.cli.conftest import Marquee

pytestmark = pytest.mark.usefixtures("imported")


def one(marquee: Marquee, *options: str) -> dict[str, Any]:
    (found,) = marquee("records", "--json", *options).json
    return dict(found)


def test_filter_search_sort_limit(marquee: Marquee) -> None:
    assert one(marquee, "--where", "mbti=INTJ")["name"] == "Ada Lovelace"
    assert one(marquee, "--where", "aliases=Jay")["name"] == "周杰伦"
    assert one(marquee, "--where", "birth_date.lt=1900")["name"] == "Ada Lovelace"
    tree = '{"not": {"field": "birth_date", "op": "lt", "value": "1900"}}'
    assert one(marquee, "--filter", tree, "--where", "aliases=Jay")["name"] == "周杰伦"
    assert one(marquee, "--search", "lovelace")["mbti"] == "INTJ"
    assert one(marquee, "--sort", "-birth_date", "--limit", "1")["name"] == "周杰伦"
    assert marquee("records", "--where", "mbti=ENFP", "--json").json == []


def test_unknown_field_operator_and_shape(marquee: Marquee) -> None:
    for where in ("nope=1", "mbti.like=x", "mbti"):
        assert marquee("records", "--where", where).code == 2


def test_where_texts() -> None:
    celebrities = from_toml(BUILT_IN / "celebrities.toml")
    assert parse_where(celebrities, "source=a=b.c") == ("source", "eq", "a=b.c")
    assert parse_where(celebrities, "tags=x") == ("tags", "has", "x")
    with pytest.raises(BadQuery):
        parse_where(celebrities, "=x")


def test_csv_is_harmless_and_whole(marquee: Marquee) -> None:
    record = one(marquee, "--where", "mbti=INTJ")["record_id"]
    marquee("edit", record, "description==cmd()")
    text = marquee("records", "--csv", "--fields", "name,description").out.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {"name": "Ada Lovelace", "description": "'=cmd()"} in rows


def test_edit_history_delete_restore(marquee: Marquee) -> None:
    record = one(marquee, "--where", "mbti=INTJ")["record_id"]
    edited = marquee("edit", record, "mbti=entp", "aliases=A; B", "--json").json
    assert (edited["mbti"], edited["aliases"], edited["_version"]) == ("ENTP", ["A", "B"], 2)
    assert marquee("edit", record, "mbti=nope").code == 2
    assert marquee("edit", record, "mbti=INTP", "--version", "1").code == 5
    assert marquee("delete", record).code == 0
    assert marquee("record", record).code == 4
    assert marquee("restore", record).code == 0
    kinds = [c["kind"] for c in marquee("record", record, "--history", "--json").json]
    assert kinds == ["restore", "delete", "update", "insert"]


def test_an_empty_value_empties_a_field(marquee: Marquee) -> None:
    record = one(marquee, "--where", "mbti=INTJ")["record_id"]
    assert marquee("edit", record, "mbti=", "--json").json["mbti"] is None


def test_sql_reads_and_never_writes(marquee: Marquee) -> None:
    values = "'nan'::DOUBLE AS x, 170141183460469231731687303715884105727::HUGEINT AS h"
    (row,) = marquee("sql", f"SELECT {values}, DATE '2020-01-02' AS d", "--json").json
    assert row == {"x": None, "h": 2**127 - 1, "d": "2020-01-02"}
    assert marquee("sql", "DELETE FROM celebrities").code == 2
    assert marquee("sql", "SELECT nope").code == 2
    assert (
        marquee("sql", "SELECT 1 AS a, 'x' || chr(10) || chr(27) AS b").out
        == "a\tb\n1\tx\\n\\x1b\n"
    )
