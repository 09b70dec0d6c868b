"""Every refusal of JSON names line, column and the reason, and where there is one the repair."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BrokenFile, EmptyFile
from core.files.json import items as json_items
from core.files.reader import read
from tests.files.json.test_json import table_of

REFUSED = [
    ('[{"a": 1},\n {"a": 2', 2, 9, "middle"),
    ('[{"a": 1},\n {"a": "x', 2, 8, "middle of a text"),
    ('[{"a": 1},\n {"a": 2},\n]', 3, 1, "comma"),
    ('[{"a": NaN}]', 1, 8, "null"),
    ('[{"a": "NaN", "b": NaN}]', 1, 20, "NaN is no JSON; write null"),
    ('[{"a": -Infinity}]', 1, 8, "-Infinity is no JSON; write null"),
    ('[{"a": +inf}]', 1, 8, "write null"),
    ('[{"a": 1,}]', 1, 10, "comma stands before the closing bracket; remove it"),
    ('{"a": [{"b": 1}],}', 1, 18, "remove it"),
    ('[{"a": 1}] // done', 1, 12, "comments are no JSON; remove them"),
    ('[\n// a list\n{"a": 1}]', 2, 1, "comments are no JSON"),
    ('{"a": 1 /* one */}', 1, 9, "comments are no JSON"),
    ('# people\n{"a": 1}', 1, 1, "comments are no JSON"),
    ("[{'a': 1}]", 1, 3, "double quotes"),
    ("[{\"a\": 'x'}]", 1, 8, "double quotes"),
    ("[{“a”: 1}]", 1, 3, "double quotes"),
    ("[{a: 1}]", 1, 3, "double quotes"),
    ('[{"a": True}]', 1, 8, "true in small letters"),
    ('[{"a": None}]', 1, 8, "write null"),
    ('[{"a": undefined}]', 1, 8, "write null"),
    ('[{"a": 1} {"a": 2}]', 1, 11, "comma"),
    ('[{"a": 1 "b": 2}]', 1, 10, "comma"),
    ('[{"a" 1}]', 1, 7, "colon"),
    ('{"a" 1}', 1, 6, "colon"),
    ('[{"a": }]', 1, 8, "a value should stand here"),
    ('[{"a": 1,, "b": 2}]', 1, 10, "before this comma"),
    ('{"a": 1}\n{"a": 2},\n{"a": 3}', 2, 9, "put the objects into [ ]"),
    ('{"a": 1}\n5', 2, 1, "another object"),
    ('[{"a": 01}]', 1, 9, "begins with 0"),
    ('[{"a": 0x1F}]', 1, 9, "0x1F is no number"),
    ('[{"a": .5}]', 1, 8, "write 0.5"),
    ('[{"a": +5}]', 1, 8, "leave out the plus"),
    ('[{"a": 1.}]', 1, 9, "1. is no number"),
    ('[{"a": 1e}]', 1, 9, "1e is no number"),
    ('[{"a": "x\ty"}]', 1, 10, "control character"),
    ('[{"a": "x\ny"}]', 1, 10, "control character"),
    ('[{"a": "C:\\dir"}]', 1, 11, "double it"),
    ('[{"a": "\\u12"}]', 1, 10, "four digits"),
    ("[" * 100_000, 1, 66, "deep"),
    ('[{"a": 1}]]', 1, 11, "behind the end"),
    ('[{"a": 1}]\n[{"a": 2}]', 2, 1, "behind the end"),
    ('\ufeff[{"a": x}]', 1, 8, "without double quotes"),
    ('[{"a": 1}]\ufeff[]', 1, 11, "byte order mark"),
    ('[\r\n{"a": 1},\r\n{"a": tru}]', 3, 7, "tru stands here"),
]


@pytest.mark.parametrize("chunk", [1 << 20, 1, 7])
@pytest.mark.parametrize(("text", "line", "column", "said"), REFUSED)
def test_refused_with_place_and_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    line: int,
    column: int,
    said: str,
    chunk: int,
) -> None:
    if len(text) > 1_000 and chunk < 100:
        return
    monkeypatch.setattr(json_items, "CHUNK", chunk)
    with pytest.raises(BrokenFile) as caught:
        table_of(tmp_path, text)
    if chunk > 7:  # the reason looks a few characters around, and needs to have them
        assert said in str(caught.value)
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (line, column)


@pytest.mark.parametrize("head", ["", "é\n" * 3, "x" * 5000 + "\n"])
def test_a_byte_that_is_no_utf8_is_named_with_its_place(tmp_path: Path, head: str) -> None:
    text = '["' + head.replace("\n", '",\n"') + "abc"
    with pytest.raises(BrokenFile) as caught:
        table_of(tmp_path, text.encode() + b'\xe9xyz"]')
    last = text.rpartition("\n")[2]
    assert caught.value.extra["line"] == head.count("\n") + 1
    assert caught.value.extra["column"] == len(last) + 1
    assert "UTF-8" in caught.value.hint


def test_another_encoding_can_be_chosen_and_wide_ones_are_seen(tmp_path: Path) -> None:
    assert list(table_of(tmp_path, b'[{"a": "\xe9"}]', encoding="latin-1").rows()) == [["é"]]
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        table = table_of(tmp_path, '[{"a": "é周"}]'.encode(codec), f"{codec}.json")
        assert list(table.rows()) == [["é周"]]
        assert table.decision("bom").value is (codec in ("utf-16", "utf-32"))
    with pytest.raises(BrokenFile, match="utf-16"):
        table_of(tmp_path, '[{"a": "é"}]'.encode("utf-16") + b"\x00", "cut.json")


def test_nothing_but_blanks(tmp_path: Path) -> None:
    for number, text in enumerate(["", " \n\t", "\ufeff", "\ufeff \n"]):
        with pytest.raises(EmptyFile):
            table_of(tmp_path, text, f"{number}.json")


def test_a_value_larger_than_any_item_should_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.files.json.write.MAX_VALUE", 1_000)
    monkeypatch.setattr(json_items, "CHUNK", 100)
    with pytest.raises(BrokenFile, match="larger than 1,000"):
        table_of(tmp_path, '[\n{"a": "x"},\n{"a": ["' + "y" * 2_000 + '"]}]')
    path = tmp_path / "many.json"
    path.write_text("[" + ",".join('{"a": "%s"}' % ("y" * 90) for _ in range(200)) + "]")
    assert read(path).total == 200


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_value_is_looked_at_like_the_others(tmp_path: Path, end: str) -> None:
    deep = '{"n":' + "[" * 70 + "]" * 70 + "}"
    path = tmp_path / "a.jsonl"
    path.write_text("".join('{"n":%d}\n' % i for i in range(500)) + deep + end, encoding="utf-8")
    with pytest.raises(BrokenFile, match="line 501.*64 levels"):
        read(path)
    path.write_text('{"n":"a"}\n{"n":"\\ud800"}' + end, encoding="utf-8")
    table = read(path)
    assert list(table.rows())[1] == ["\\ud800"] and any("surrogate" in n for n in table.notes)
