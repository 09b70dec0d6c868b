"""What JSON allows and people do not expect: doubled keys, half characters, NUL, deep nesting."""

from __future__ import annotations

import json
import re
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from core.errors import BrokenFile, FileError
from core.files.json import items as json_items
from core.files.reader import read
from tests.files.json.test_json import table_of


def test_duplicate_keys_are_said(tmp_path: Path) -> None:
    table = table_of(tmp_path, '[{"a": 1}, {"a": 1, "a": 2, "b": {"c": 1, "c": 2}}]')
    assert list(table.rows()) == [["1", ""], ["2", "2"]]
    assert len(table.notes) == 1 and ": 2, the first is 'c' in item 2" in table.notes[0]
    envelope = table_of(tmp_path, '{"v": 1, "v": 2, "l": [{"a": 1}], "l": [{"a": 2}]}', "e.json")
    assert list(envelope.rows()) == [["2"]] and envelope.metadata == {"v": "2"}
    assert ": 2, the first is 'v' outside the items" in envelope.notes[0]


def test_duplicates_are_counted_once_where_a_chunk_ends_inside_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '[{"a": {"x": 1, "x": 2}, "b": "%s"}, {"a": {"x": 1, "x": 2}}]' % ("y" * 200)
    for size in range(30, 60):
        monkeypatch.setattr(json_items, "CHUNK", size)
        table = table_of(tmp_path, text, f"{size}.json")
        assert ": 2, the first is 'x' in item 1" in table.notes[0]


def test_half_characters_stay_visible_and_are_said(tmp_path: Path) -> None:
    text = r"""[{"a": "typed so: \\ud800", "l": null},
               {"a": "x\ud83dy", "l": ["\uDE00", "\ud83d\ude00"], "\udfaa": 1}]"""
    table = table_of(tmp_path, text)
    assert table.columns == ("a", "l", r"\\udfaa")  # a backslash in a name is doubled
    assert list(table.rows()) == [
        [r"typed so: \ud800", "", ""],
        [r"x\ud83dy", r'["\\uDE00","😀"]', "1"],
    ]
    assert len(table.notes) == 1 and r": 3, the first is \ud83d in item 2" in table.notes[0]


def test_nul_characters_are_kept_and_said(tmp_path: Path) -> None:
    table = table_of(tmp_path, r'[{"a": "x"}, {"a": "b\u0000c"}, {"a": "\\u0000"}]')
    assert list(table.rows()) == [["x"], ["b\0c"], [r"\u0000"]]
    assert len(table.notes) == 1 and ": 1, the first in item 2" in table.notes[0]


@pytest.mark.parametrize("nested", ['{"a":', "["])
def test_sixty_four_levels_are_read_and_sixty_five_refused(tmp_path: Path, nested: str) -> None:
    closing = {"[": "]", '{"a":': "}"}[nested]
    deep = nested * 64 + "1" + closing * 64
    assert table_of(tmp_path, f"[{deep}]").total == 1
    with pytest.raises(BrokenFile, match="deeper than 64 levels") as caught:
        table_of(tmp_path, f"[\n{nested}{deep}{closing}]", "b.json")
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (2, 1 + 64 * len(nested))
    many = "[" + ",".join(["[1]"] * 200) + "]"  # many brackets, but not deep
    assert table_of(tmp_path, f"[{many}]", "c.json").total == 1


@pytest.mark.parametrize("nested", ["[", '{"a":', '[{"a":', '{"a":[', '{"a":1,"b":{'])
@pytest.mark.parametrize("shape", ["{}", "[{}]", '{{"data": [{}]}}', '{{"a": 1}}\n{}'])
def test_a_hundred_thousand_brackets_are_one_clear_error(
    tmp_path: Path, nested: str, shape: str
) -> None:
    with pytest.raises(BrokenFile) as caught:
        table_of(tmp_path, shape.format(nested * 100_000))
    assert {"line", "column", "reason"} <= caught.value.extra.keys()


def test_numbers_of_any_size_stay_as_typed(tmp_path: Path) -> None:
    numbers = ["1e400", "-1e400", "1E-500", "9" * 400, "0." + "1" * 400, "-0", "-0.0", "1.50", "0"]
    text = "[" + ",".join('{"n": %s}' % number for number in numbers) + "]"
    assert [row[0] for row in table_of(tmp_path, text).rows()] == numbers


PIECES = st.lists(
    st.sampled_from(
        ["{", "}", "[", "]", ",", ":", '"', '"a"', '"b":', "1", "-", "0", ".", "e", "E+", "true"]
        + ["null", "NaN", "Infinity", " ", "\n", "\t", "\r", "\x0b", "\ufeff", "\u00a0", "\\", "/"]
        + ["\\u00", "\\ud800", "\\ude00", "é", "\x00", "\x1f", "\x7f", "//", "'", '{"a":1}']
        + ['{"a":"x"},', "[1,2]", "\u2028"]
    ),
    max_size=14,
)


_HALVES = re.compile(r"(\\\\)|\\ud800|\\ude00")  # an escaped backslash in front is none of them


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=PIECES, chunk=st.integers(1, 8))
@example(pieces=["[", "-", "0", "]"], chunk=1)
@example(pieces=['{"a":1}', ","], chunk=3)
@example(pieces=["1", "0", ".", "0", "E+", "1"], chunk=1)
@example(pieces=["1", ".", "1"], chunk=1)
@example(pieces=["1", "E+", "1"], chunk=2)
@example(pieces=['"', "\\", "\\ud800", '"'], chunk=1)
def test_exactly_what_rfc_8259_allows_is_read(
    pieces: list[str],
    chunk: int,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As orjson decides, but for half characters; whatever the chunks are."""
    text = "[" + "".join(pieces) + "]"
    path = tmp_path_factory.mktemp("any") / "a.json"
    path.write_text(text, encoding="utf-8", newline="")
    monkeypatch.setattr(json_items, "CHUNK", chunk)
    try:
        items = json.loads(text)  # the digits of numbers and half characters are not its concern
        orjson.loads(_HALVES.sub(lambda found: found[1] or "", text))
    except ValueError:
        with pytest.raises(FileError):
            read(path)
        return
    assert read(path).total == len(items)
