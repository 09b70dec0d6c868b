"""JSON: every shape, exact numbers, strict grammar, errors with their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from core.errors import BadOverride, CellTooLong, TooManyColumns
from core.files.json.flatten import flatten
from core.files.reader import read
from core.files.table import Table
from core.settings import Settings


def table_of(tmp_path: Path, text: str | bytes, name: str = "a.json", **given: object) -> Table:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ('[{"a": 1, "b": "x"}, {"a": 2, "c": null}]', "array"),
        ('{"a": 1, "b": "x"}\n\n{"a": 2, "c": null}\n', "lines"),
        ('{"a": 1, "b": "x"}{"a": 2, "c": null}', "concatenated"),
        ('{"a": 1, "b": "x"}\r\n \r\n{"a": 2, "c": null}\r\n', "lines"),
        ('{\n "a": 1,\n "b": "x"\n} {\n "a": 2,\n "c": null\n}', "concatenated"),
        ('\ufeff{"people": [{"a": 1, "b": "x"}, {"a": 2, "c": null}], "by": "me"}', "envelope"),
    ],
)
def test_shapes(tmp_path: Path, text: str, shape: str) -> None:
    table = table_of(tmp_path, text)
    assert table.columns == ("a", "b", "c")
    assert list(table.rows()) == [["1", "x", ""], ["2", "", ""]]
    assert table.decision("shape").value == shape
    assert (table.format, table.row_name, table.first_line, table.total) == ("json", "item", 1, 2)


def test_the_envelope(tmp_path: Path) -> None:
    text = '{"metadata": {"v": 1.50}, "tags": ["x"], "celebrities": [{"a":1},{"a":2}], '
    text += '"old": [{"b":1}]}'
    table = table_of(tmp_path, text)
    assert table.columns == ("a",) and table.decision("list_key").value == "celebrities"
    assert table.decision("list_key").runner_up == "old"
    assert table.metadata["metadata"] == {"v": "1.50"} and table.metadata["tags"] == ["x"]
    assert table_of(tmp_path, text, list_key="old").columns == ("b",)
    with pytest.raises(BadOverride, match="celebrities"):
        table_of(tmp_path, text, list_key="nobody")


def test_one_object_is_one_row(tmp_path: Path) -> None:
    table = table_of(tmp_path, '{"name": "周杰伦", "aliases": ["Jay", "周, 董"]}')
    assert list(table.rows()) == [["周杰伦", '["Jay","周, 董"]']]


def test_values_stay_as_typed(tmp_path: Path) -> None:
    numbers = ["1.0", "1e5", "-0", "9" * 40, "0.1000000000000000000001", "1E+2"]
    text = "[" + ",".join('{"n": %s, "l": [%s]}' % (n, n) for n in numbers) + "]"
    assert [row for row in table_of(tmp_path, text).rows()] == [[n, f"[{n}]"] for n in numbers]
    table = table_of(tmp_path, '[{"t": true, "f": false, "n": null, "s": "007", "e": {}}]')
    assert list(table.rows()) == [["true", "false", "", "007", ""]]


def test_nested_names_can_be_turned_back() -> None:
    flat = flatten({"a": {"b": {"c": "1"}, "x.y": "2"}, "q.r": "3", "b\\": "4"})
    assert flat == {"a.b.c": "1", "a.x\\.y": "2", "q\\.r": "3", "b\\\\": "4"}


def test_more_items_than_a_batch_with_new_keys_late(tmp_path: Path) -> None:
    items = [{"i": i, "text": "x" * 50} for i in range(120_000)]
    items[119_000]["late"] = "yes"  # type: ignore[assignment]
    text = "\n".join(map(json.dumps, items))
    for name, content in (("a.jsonl", text), ("a.json", json.dumps(items))):
        table = table_of(tmp_path, content, name)
        rows = list(table.rows())
        assert [row[0] for row in rows] == [str(i) for i in range(120_000)]
        assert table.columns == ("i", "text", "late") and rows[119_000][2] == "yes"


def test_limits(tmp_path: Path) -> None:
    small = Settings(max_cell_chars=100, max_columns=3)
    with pytest.raises(CellTooLong):
        table_of(tmp_path, json.dumps([{"a": "x" * 101}]), settings=small)
    with pytest.raises(TooManyColumns):
        table_of(tmp_path, json.dumps([{str(i): 1 for i in range(4)}]), settings=small)


def test_a_csv_that_begins_with_a_bracket_is_csv(tmp_path: Path) -> None:
    table = table_of(tmp_path, "[x],y\n1,2\n3,4\n", "a.csv")
    assert table.format == "csv" and table.columns == ("[x]", "y")


def test_nothing_in_the_list(tmp_path: Path) -> None:
    assert table_of(tmp_path, "[]").total == 0
    assert list(table_of(tmp_path, "[]").rows()) == []


TEXT = st.text(max_size=10)
VALUE = st.one_of(
    TEXT, st.integers(-(10**25), 10**25), st.booleans(), st.none(), st.lists(TEXT, max_size=3)
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(items=st.lists(st.dictionaries(TEXT, VALUE, max_size=4), min_size=1, max_size=5))
def test_what_json_wrote_is_read_back(
    items: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    rows = list(read(path).rows())
    keys = list(dict.fromkeys(key for item in items for key in item)) or [""]
    for item, row in zip(items, rows, strict=True):
        for key, cell in zip(keys, row, strict=True):
            assert cell == expected(item.get(key))


def expected(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)
