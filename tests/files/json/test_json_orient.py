"""Rows that are no list of objects: keyed objects, columns, split frames, lists of lists, lists further down."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest
from hypothesis import given, settings as given_settings, strategies as st

from core.errors import BadOverride, TooManyRows
from core.files.json import shape as json_shape
from core.files.json.survey import Member
from core.settings import Settings
from tests.files.json.test_json import table_of

PEOPLE = [["Ann Lee", "1990"], ["Bo Ek", "1991"], ["Cy Fox", "1992"]]
NAMED = [{"name": name, "born": born} for name, born in PEOPLE]


def rows_of(tmp_path: Path, data: object, **given: object) -> tuple[str, list[dict[str, str]]]:
    table = table_of(tmp_path, json.dumps(data), **given)
    rows = [dict(zip(table.columns, row)) for row in table.rows()]
    assert table.total == len(rows)
    return str(table.decision("shape").value), rows


def keyed(*keys: str) -> dict[str, dict[str, str]]:
    return dict(zip(keys, NAMED))


@pytest.mark.parametrize(
    ("data", "shape", "key"),
    [
        (keyed("Q1", "Q22", "Q333"), "keyed", ["Q1", "Q22", "Q333"]),
        (keyed("0", "1", "2"), "keyed", None),
        (keyed("ann", "bo", "cy"), "keyed", ["ann", "bo", "cy"]),
        ({"columns": ["name", "born"], "index": [0, 1, 2], "data": PEOPLE}, "envelope", None),
        ({"header": ["name", "born"], "rows": PEOPLE}, "envelope", None),
        ({"name": {str(n): p[0] for n, p in enumerate(PEOPLE)}, "born": {str(n): p[1] for n, p in enumerate(PEOPLE)}}, "columns", None),
        ({"name": {f"Q{n}": p[0] for n, p in enumerate(PEOPLE)}, "born": {f"Q{n}": p[1] for n, p in enumerate(PEOPLE)}}, "columns", ["Q0", "Q1", "Q2"]),
        ({"name": [p[0] for p in PEOPLE], "born": [p[1] for p in PEOPLE]}, "columns", None),
        ([["name", "born"], *PEOPLE], "rows", None),
        ({"range": "Sheet1!A1:B4", "majorDimension": "ROWS", "values": [["name", "born"], *PEOPLE]}, "envelope", None),
        ({"schema": {"fields": [{"name": "name"}, {"name": "born"}], "pandas_version": "1"}, "data": NAMED}, "envelope", None),
        ({"meta": {"n": 3}, "result": {"people": NAMED}}, "envelope", None),
        ({"status": "ok", "data": {"list": {"items": NAMED, "total": 3}}}, "envelope", None),
        ({"errors": [{"id": 1}], "result": {"people": NAMED * 10}}, "envelope", None),
        ({"data": {"search": {"found": {"items": NAMED}}}, "ok": True}, "envelope", None),
        ({"took": 3, "hits": {"total": 3, "hits": NAMED}}, "envelope", None),
        ({"responseHeader": {"status": 0, "n": 5}, "response": {"docs": NAMED}}, "envelope", None),
        ({"generator": "a tool", "data": {"people": NAMED * 4}}, "envelope", None),
        ({"entities": keyed("Q1", "Q2", "Q3"), "success": 1}, "keyed", ["Q1", "Q2", "Q3"]),
        ({"data": {"people": keyed("0", "1", "2")}}, "keyed", None),
        ({"note": "", "query": {"pages": keyed("7", "8", "9")}}, "keyed", ["7", "8", "9"]),
        ({"data": {"name": [p[0] for p in PEOPLE] * 2, "born": [p[1] for p in PEOPLE] * 2}}, "columns", None),
        ({"columns": [{"name": "name"}, {"name": "born"}], "rows": PEOPLE}, "envelope", None),
        ({"data": {"cols": [{"label": "name"}, {"label": "born"}], "rows": PEOPLE}}, "envelope", None),
        ({"result": {"columns": ["name", "born"], "data": PEOPLE}}, "envelope", None),
    ],
)  # fmt: skip
def test_every_way_of_writing_the_same_people(
    tmp_path: Path, data: object, shape: str, key: list[str] | None
) -> None:
    found, rows = rows_of(tmp_path, data)
    assert found == shape
    assert [{"name": r["name"], "born": r["born"]} for r in rows[:3]] == NAMED
    assert [r["key"] for r in rows] == key if key else "key" not in rows[0]


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Ann", "home": {"city": "x", "zip": "1"}, "work": {"city": "y", "zip": "2"}},
        {"name": {"first": "Ann", "last": "Lee"}, "address": {"city": "x", "street": "y"}},
        {"name": "Ann", "career": {"films": [{"title": "A"}, {"title": "B"}]}},
        {"person": {"name": "Ann", "born": "1990"}},
        {"name": "Ann", "tags": ["a", "b"], "aliases": ["c", "d"]},
        {"name": "Ann", "family": {"mother": {"name": "M", "born": 1}, "father": {"name": "F", "born": 2}}},
        {"person": {"name": "Ann", "birth": {"on": "1990", "in": "X"}, "death": {"on": "2000", "in": "Y"}}},
    ],  # fmt: skip
)
def test_one_record_stays_one_row(tmp_path: Path, data: object) -> None:
    found, rows = rows_of(tmp_path, data)
    assert (found, len(rows)) == ("object", 1)


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ({"name": "Ann", "career": {"films": [{"title": "A"}, {"title": "B"}]}}, "shape", "object"),
        ({"id": 5, "career": {"films": [{"title": "A"}]}, "home": {"city": "x"}}, "list_key", "career.films"),
        ({"people": keyed("ann", "bo")}, "shape", "keyed"),
        ({"people": keyed("Q1", "Q2"), "films": keyed("F1", "F2")}, "shape", "keyed"),
        ({"tool": "t", "entities": keyed("Q1", "Q2", "Q3")}, "shape", "object"),
        (keyed("Q1"), "shape", "keyed"),
        ({"entities": keyed("Q1")}, "shape", "keyed"),
    ],
)  # fmt: skip
def test_what_may_be_one_record_or_rows_is_never_sure(
    tmp_path: Path, data: object, name: str, value: str
) -> None:
    decision = table_of(tmp_path, json.dumps(data)).decision(name)
    assert (decision.value, decision.sure) == (value, False) and decision.runner_up


def test_what_is_doubtful_is_said_and_can_be_chosen(tmp_path: Path) -> None:
    family = {"mother": NAMED[0], "father": NAMED[1]}
    table = table_of(tmp_path, json.dumps(family))
    decision = table.decision("shape")
    assert (decision.value, decision.sure, decision.runner_up) == ("keyed", False, "object")
    assert rows_of(tmp_path, family, shape="object") == (
        "object",
        [{"mother.name": "Ann Lee", "mother.born": "1990", "father.name": "Bo Ek", "father.born": "1991"}],
    )  # fmt: skip
    with pytest.raises(BadOverride, match="cannot be read as columns"):
        table_of(tmp_path, json.dumps(family), shape="columns")
    with pytest.raises(BadOverride, match="shape is one of"):
        table_of(tmp_path, "[]", shape="sideways")


def test_a_person_with_a_list_of_objects_is_an_unsure_envelope(tmp_path: Path) -> None:
    text = json.dumps({"name": "Ann", "films": [{"title": "A"}, {"title": "B"}]})
    decision = table_of(tmp_path, text).decision("list_key")
    assert (decision.value, decision.sure, decision.runner_up) == ("films", False, "object")
    assert table_of(tmp_path, text, shape="object").columns == ("name", "films")


def test_a_list_further_down_is_found_by_its_path_and_the_rest_is_metadata(tmp_path: Path) -> None:
    data = {"meta": {"n": 3}, "result": {"page": 1, "people": NAMED, "places": [{"city": "x"}]}}
    table = table_of(tmp_path, json.dumps(data))
    assert table.decision("list_key").value == "result.people"
    assert table.metadata["meta"] == {"n": "3"} and table.metadata["result"]["page"] == "1"
    assert "people" not in table.metadata["result"]
    assert [r.name for r in table.tables] == ["result.people", "result.places"]
    assert table_of(tmp_path, json.dumps(data), table="result.places").columns == ("city",)


@pytest.mark.parametrize("chunk", [7, 200])
def test_large_rows_under_keys_further_down_are_streamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("core.files.json.items.CHUNK", chunk)
    monkeypatch.setattr("core.files.json.write.MAX_VALUE", 2_000)  # no whole object fits
    rows = {f"Q{i}": {"name": f"n{i}", "text": "x" * 30} for i in range(200)}
    data = {"ok": True, "result": {"page": 1, "people": rows}, "end": {"n": 1}}
    table = table_of(tmp_path, json.dumps(data))
    assert [row[:2] for row in table.rows()] == [[key, row["name"]] for key, row in rows.items()]


@pytest.mark.parametrize("chunk", [7, 200])
def test_a_large_list_further_down_is_streamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("core.files.json.items.CHUNK", chunk)
    monkeypatch.setattr("core.files.json.write.MAX_VALUE", 2_000)  # no whole object fits
    rows = [{"name": f"n{i}", "text": "x" * 30} for i in range(200)]
    data = {"ok": True, "result": {"page": {"n": 1}, "people": rows, "end": None}}
    table = table_of(tmp_path, json.dumps(data))
    assert [row[0] for row in table.rows()] == [row["name"] for row in rows]
    assert table.metadata == {"ok": True, "result": {"page": {"n": "1"}, "end": None}}


@pytest.mark.parametrize("shape", ["keyed", "columns"])
def test_limits_hold(tmp_path: Path, shape: str) -> None:
    frame = pandas.DataFrame(NAMED * 5, index=[f"Q{n}" for n in range(15)])
    text = frame.to_json(orient="index" if shape == "keyed" else "columns")
    assert table_of(tmp_path, text).total == 15
    with pytest.raises(TooManyRows):
        table_of(tmp_path, text, settings=Settings(max_rows=14))


NAMES = st.sampled_from(["name", "born", "city", "note", "生日"])
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
FRAMES = st.lists(NAMES, min_size=2, max_size=4, unique=True).flatmap(
    lambda names: st.lists(
        st.lists(CELLS, min_size=len(names), max_size=len(names)), min_size=5, max_size=9
    ).map(lambda rows: pandas.DataFrame(rows, columns=names, dtype=object))
)


@given_settings(max_examples=60, deadline=None)
@given(FRAMES, st.sampled_from(["records", "index", "columns", "split", "table"]))
def test_a_frame_comes_back_from_every_orientation(
    tmp_path_factory: pytest.TempPathFactory, frame: pandas.DataFrame, orient: str
) -> None:
    folder = tmp_path_factory.mktemp("frame")
    table = table_of(folder, frame.to_json(orient=orient, force_ascii=False))
    kept = [table.columns.index(name) for name in frame.columns]
    assert [[row[i] for i in kept] for row in table.rows()] == frame.values.tolist()


def test_a_split_frame_loses_no_row_that_looks_like_names(tmp_path: Path) -> None:
    data = {"columns": ["a", "b"], "data": [["x", "y"], ["0", "0"], ["0", "0"]]}
    assert rows_of(tmp_path, data)[1][0] == {"a": "x", "b": "y"}


def test_many_keys_are_looked_at_a_few_times_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work grows with the file: no key is held against all others."""
    asked: list[str] = []

    def about(member: Member) -> bool:
        asked.append(member.path)
        return False

    monkeypatch.setattr(json_shape, "_about", about)
    data = {f"w{n}": {"x": {"y": {"films": [{"a": n}]}}} for n in range(2_000)}
    assert rows_of(tmp_path, data)[0] == "keyed"
    assert len(asked) < 10 * len(data)
