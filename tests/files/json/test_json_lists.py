"""Envelopes, and lists of objects inside of items: which tables there are, and reading each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import BadOverride, BrokenFile, TooManyRows
from core.files.json import items as json_items, survey as json_survey
from core.settings import Settings
from tests.files.json.test_json import table_of

PEOPLE = """{
 "source": {"name": "list", "version": 1.50},
 "celebrities": [
  {"id": "7", "name": "Jay", "films": [{"title": "A", "year": 2005}, {"title": "B", "cast": {"n": 2}}]},
  {"id": "8", "name": "Ann", "films": []},
  {"id": "9", "name": "Bo", "films": [{"title": "C", "year": 1.0}], "x": {"y": [{"z": true}]}}
 ],
 "places": [{"city": "Taipei"}],
 "tags": ["a"]
}
"""


def test_the_tables_of_a_file_are_listed(tmp_path: Path) -> None:
    table = table_of(tmp_path, PEOPLE)
    assert table.columns == ("id", "name", "films", "x.y")
    found = [(r.name, r.rows, r.columns, r.chosen) for r in table.tables]
    assert found == [
        ("celebrities", 3, ("id", "name", "films", "x.y"), True),
        ("places", 1, (), False),
        ("films", 3, ("_item", "title", "year", "cast.n"), False),
        ("x.y", 1, ("_item", "z"), False),
    ]
    decision = table.decision("table")
    assert (decision.value, decision.runner_up, decision.sure) == ("celebrities", "places", False)
    assert not table.decision("list_key").sure
    assert list(table.rows())[1] == ["8", "Ann", "[]", ""]


@pytest.mark.parametrize("wanted", ["films", 3])
def test_a_list_of_the_items_can_be_read_and_joined_back(tmp_path: Path, wanted: object) -> None:
    table = table_of(tmp_path, PEOPLE, table=wanted)
    assert table.columns == ("_item", "_item.id", "_item.name", "title", "year", "cast.n")
    assert list(table.rows()) == [
        ["1", "7", "Jay", "A", "2005", ""],
        ["1", "7", "Jay", "B", "", "2"],
        ["3", "9", "Bo", "C", "1.0", ""],
    ]
    assert [r.name for r in table.tables if r.chosen] == ["films"] and table.total == 3
    assert table.decision("table").evidence == "chosen by the user"
    fates = {line.line: (line.fate, line.row) for line in table.raw}
    assert fates[4] == ("row", 1) and fates[5] == ("other table", None) and fates[6] == ("row", 3)


def test_another_list_of_an_envelope_by_either_name(tmp_path: Path) -> None:
    for given in ({"table": "places"}, {"table": 2}, {"list_key": "places"}):
        table = table_of(tmp_path, PEOPLE, **given)
        assert list(table.rows()) == [["Taipei"]] and table.columns == ("city",)
        assert [r.name for r in table.tables if r.chosen] == ["places"]
    assert table_of(tmp_path, PEOPLE, list_key="tags").columns == ("value",)
    with pytest.raises(BadOverride, match="'films'"):
        table_of(tmp_path, PEOPLE, table="nobody")
    with pytest.raises(BadOverride, match="celebrities"):
        table_of(tmp_path, PEOPLE, list_key="source")


def test_a_child_may_have_keys_like_our_own_and_names_with_dots(tmp_path: Path) -> None:
    text = '[{"name": "n", "l": [{"_item": "mine", "a.b": {"c": 1}}, 5, [{"d": 1}]]}]'
    table = table_of(tmp_path, text, table="l")
    assert table.columns == ("_item", "_item.name", "_item_", "a\\.b.c", "value")
    assert list(table.rows()) == [
        ["1", "n", "mine", "1", ""],
        ["1", "n", "", "", "5"],
        ["1", "n", "", "", '[{"d":1}]'],
    ]


def test_a_file_of_one_table_offers_nothing(tmp_path: Path) -> None:
    table = table_of(tmp_path, '[{"a": [1, 2]}]')
    assert table.tables == ()
    assert table_of(tmp_path, '[{"a": [1, 2]}]', table=1).columns == ("a",)
    with pytest.raises(BadOverride, match="no table 'films'"):
        table_of(tmp_path, '[{"a": [1, 2]}]', table="films")


def test_metadata_is_kept_as_far_as_it_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_survey, "KEPT_CHARS", 50)
    data = {"by": "me", "notes": ["x"] * 100, "text": "y" * 60, "rows": [{"a": 1}], "n": [1, 2]}
    table = table_of(tmp_path, json.dumps(data))
    assert list(table.rows()) == [["1"]]
    assert table.metadata == {
        "by": "me",
        "notes": "(a list of 100 values)",
        "text": "(too large to be shown)",
        "n": ["1", "2"],
    }


@pytest.mark.parametrize("chunk", [3, 50, 1 << 20])
def test_an_envelope_is_streamed_and_checked_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(json_items, "CHUNK", chunk)
    monkeypatch.setattr("core.files.json.write.MAX_VALUE", 2_000)  # no whole envelope fits
    rows = [{"i": i, "text": "x" * 30} for i in range(200)]
    text = json.dumps({"version": {"a": 1}, "rows": rows, "end": None})
    if chunk < 1 << 20:
        table = table_of(tmp_path, text)
        assert [row[0] for row in table.rows()] == [str(i) for i in range(200)]
        assert table.metadata == {"version": {"a": "1"}, "end": None}
        with pytest.raises(TooManyRows):
            table_of(tmp_path, text, settings=Settings(max_rows=199))
    with pytest.raises(BrokenFile) as caught:
        table_of(tmp_path, text.replace("null}", "nul}"), "b.json")
    assert caught.value.extra["line"] == 1


def test_objects_that_are_no_envelope(tmp_path: Path) -> None:
    one = table_of(tmp_path, '{"name": "x", "tags": ["a", "b"], "home": {"city": "y"}}')
    assert one.decision("shape").value == "object"
    assert one.columns == ("name", "tags", "home.city")
    first = '{"name": "x", "films": [{"a": 1}, {"a": 2}]}'  # alone it would be an envelope
    lines = table_of(tmp_path, f'{first}\n{{"name": "y"}}\n', "l.jsonl")
    assert lines.decision("shape").value == "lines" and lines.total == 2
    assert [row[0] for row in lines.rows()] == ["x", "y"]
    assert table_of(tmp_path, first, "e.json").decision("list_key").value == "films"


# ------------------------------------------------------------------ raw lines


def fates(tmp_path: Path, text: str, **given: object) -> list[tuple[int, str, int | None]]:
    return [(r.line, r.fate, r.row) for r in table_of(tmp_path, text, **given).raw]


def test_what_became_of_each_raw_line(tmp_path: Path) -> None:
    lines = fates(tmp_path, '{"a": 1}\r\n\r\n{"a": 2}\r\n')
    assert lines == [(1, "row", 1), (2, "blank", None), (3, "row", 2)]
    array = fates(tmp_path, '[\n {"a":\n\n 1},\n {"a": 2}, {"a": 3}\n ,\n {"a": 4}\n]\n')
    assert array == [
        (1, "preamble", None),
        (2, "row", 1),
        (3, "continued", 1),
        (4, "continued", 1),
        (5, "row", 2),
        (6, "continued", 3),
        (7, "row", 4),
        (8, "footer", None),
    ]
    fate = {line: fate for line, fate, _ in fates(tmp_path, PEOPLE)}
    assert (fate[1], fate[3], fate[4], fate[8]) == ("preamble", "preamble", "row", "footer")


def test_raw_lines_stay_few_and_short(tmp_path: Path) -> None:
    table = table_of(tmp_path, "\n".join('{"a": "%s"}' % ("x" * 500) for _ in range(500)))
    assert len(table.raw) == 60 and {len(line.text) for line in table.raw} == {300}
    assert [line.row for line in table.raw] == list(range(1, 61))
    one = table_of(tmp_path, json.dumps([{"a": i} for i in range(30_000)]), "one.json")
    assert [(r.line, r.fate, r.row, len(r.text)) for r in one.raw] == [(1, "row", 1, 300)]
