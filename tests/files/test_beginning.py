"""A first look at a large file shows what the whole file shows there, and claims nothing more."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st

from core.errors import BrokenFile
from core.files import beginning, reader
from core.files.json import beginning as json_beginning
from core.files.sheets import excel
from core.files.table import Table
from core.files.text import beginning as text_beginning

ROWS = 4_000
PEOPLE = [
    (f'Jay "{n}" Chou' if n % 7 else f"周杰伦\n{n}", f"1979-01-{n % 28 + 1:02}", "a;b", "x" * 40)
    for n in range(ROWS)
]
NAMES = ("name", "born", "tags", "note")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large begins at some kilobytes here."""
    monkeypatch.setattr(beginning, "LARGE", 64 << 10)
    monkeypatch.setattr("core.files.safe.archive.LARGE", 64 << 10)
    monkeypatch.setattr(beginning, "HEAD", 16 << 10)
    monkeypatch.setattr(excel, "LARGE", 16 << 10)
    monkeypatch.setattr(excel, "FIRST", 200)


def _csv(path: Path, encoding: str = "utf-8", end: str = "\n") -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in PEOPLE]
    path.write_bytes((end.join([",".join(NAMES), *lines]) + end).encode(encoding))


def _objects() -> list[dict[str, object]]:
    people = [dict(zip(NAMES, row)) for row in PEOPLE]
    return [{**each, "films": [{"title": "]}"}], "more": {"deep": [1, [2]]}} for each in people]


def _lines(path: Path) -> None:
    path.write_text("\n".join(json.dumps(each) for each in _objects()), encoding="utf-8")


def _array(path: Path) -> None:
    path.write_text(json.dumps(_objects(), ensure_ascii=False, indent=1), encoding="utf-8")


def _envelope(path: Path) -> None:
    whole = {"metadata": {"by": {"who": "us"}}, "celebrities": _objects(), "end": 1}
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def _book(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("people")
    for row in (NAMES, *PEOPLE):
        sheet.append(row)
    book.save(path)


def _gz(path: Path) -> None:
    _csv(path)
    path.write_bytes(gzip.compress(path.read_bytes(), 1))


def _zip(path: Path) -> None:
    inner = path.with_suffix(".inner")
    _array(inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(inner, "people.json")


KINDS: dict[str, Callable[[Path], None]] = {
    "a.csv": _csv,
    "crlf.csv": lambda path: _csv(path, end="\r\n"),
    "wide.csv": lambda path: _csv(path, "utf-16"),
    "big-end.csv": lambda path: _csv(path, "utf-16-be"),
    "chinese.csv": lambda path: _csv(path, "gb18030"),
    "a.jsonl": _lines,
    "a.json": _array,
    "envelope.json": _envelope,
    "a.xlsx": _book,
    "a.csv.gz": _gz,
    "a.zip": _zip,
}


def both(path: Path, tmp_path: Path) -> tuple[Table, Table]:
    """(of a first look, of the whole file)."""
    cache = tmp_path / "cache"
    first = reader.read(path, cache_dir=cache, first=True)
    return first, reader.read(path, cache_dir=cache)


@pytest.mark.parametrize("name", KINDS)
def test_a_first_look_shows_what_the_whole_file_shows(name: str, tmp_path: Path) -> None:
    KINDS[name](tmp_path / name)
    first, whole = both(tmp_path / name, tmp_path)
    assert (first.whole, first.total) == (False, None)
    assert (whole.whole, whole.total) == (True, ROWS)
    assert first.columns == whole.columns
    seen = list(first.rows())
    assert 50 < len(seen) < ROWS
    assert seen == list(whole.rows(limit=len(seen)))
    shown = [(row.line, row.cells) for row in islice(first.placed(), 50)]
    assert shown == [(row.line, row.cells) for row in whole.placed(limit=50)]
    assert first.raw[:20] == whole.raw[:20]
    said = {d.name: d.value for d in whole.decisions if d.name not in ("parser", "range")}
    assert {d.name: d.value for d in first.decisions if d.name in said} == said


# What only somebody who looked at the whole file can say.
WHOLE = re.compile(r"\b(?:all|every) (?:[\d,]+ )?(?:bytes?|lines?|items?)\b")


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_claimed_about_the_rest(name: str, tmp_path: Path) -> None:
    KINDS[name](tmp_path / name)
    first, _ = both(tmp_path / name, tmp_path)
    claims = [d.evidence for d in first.decisions if WHOLE.search(d.evidence)]
    assert [claim for claim in claims if not claim.startswith("so far ")] == []


def test_how_the_beginning_says_it(tmp_path: Path) -> None:
    _csv(tmp_path / "a.csv")
    first, whole = both(tmp_path / "a.csv", tmp_path)
    assert whole.decision("encoding").evidence == "all bytes are valid UTF-8"
    assert first.decision("encoding").evidence == "so far all bytes are valid UTF-8"


def test_a_small_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name\nJay\n", encoding="utf-8")
    first, whole = both(tmp_path / "a.csv", tmp_path)
    assert first.whole and first == whole


def test_what_stands_further_down_only_the_whole_file_tells(tmp_path: Path) -> None:
    _csv(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open("ab") as file:
        file.write("José,1,2,3,one too many\n".encode("cp1252"))
    first, whole = both(tmp_path / "a.csv", tmp_path)
    assert len(first.columns) == 4 and len(whole.columns) == 5
    assert whole.decision("encoding").value != "utf-8"


def test_without_a_place_to_cut_the_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"name": "Jay", "text": "x" * (80 << 10)}]), encoding="utf-8")
    assert both(path, tmp_path)[0].whole
    line = tmp_path / "a.csv"
    line.write_text("name,text\nJay," + "x" * (80 << 10) + "\n", encoding="utf-8")
    assert both(line, tmp_path)[0].total == 1


def test_a_workbook_in_an_archive_is_unpacked_whole(tmp_path: Path) -> None:
    inner = tmp_path / "people.xlsx"
    book = openpyxl.Workbook()
    for row in (NAMES, *PEOPLE):
        book.worksheets[0].append(row)
    book.save(inner)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.write(inner, "people.xlsx")
    first, whole = both(tmp_path / "a.zip", tmp_path)
    assert list(first.rows(limit=100)) == list(whole.rows(limit=100))
    assert whole.total == ROWS


def test_a_broken_beginning_says_what_the_whole_file_says(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"name": "Jay"}, {"name": oops}' + ', {"a": 1}' * 20_000, encoding="utf-8")
    with pytest.raises(BrokenFile) as whole:
        reader.read(path, cache_dir=tmp_path / "cache")
    with pytest.raises(BrokenFile) as first:
        reader.read(path, cache_dir=tmp_path / "cache", first=True)
    assert first.value.detail == whole.value.detail


CELLS = st.text(st.sampled_from('ab,"\n\r é周'), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30), st.integers(1, 400))
def test_a_cut_stands_behind_a_row_that_is_whole(rows: list[tuple[str, str]], size: int) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows]
    text = "".join(lines).encode()
    cut = text_beginning.cut(text[:size])
    ends = {sum(len(line.encode()) for line in lines[:n]) for n in range(1, len(lines) + 1)}
    if any(end <= size for end in ends):
        assert cut is not None and len(cut) == max(end for end in ends if end <= size)


VALUES = st.recursive(
    st.text(st.sampled_from('[]{}"\\,a周'), max_size=5) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)
ITEMS = st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.sampled_from(["lines", "array", "envelope"]), st.integers(2, 300))
def test_json_is_cut_behind_an_item(items: list[dict[str, object]], shape: str, size: int) -> None:
    dumped = [json.dumps(item, ensure_ascii=False) for item in items]
    before, after = {"lines": ("", ""), "array": ("[", "]"), "envelope": ('{"a": [', "]}")}[shape]
    between = "\n" if shape == "lines" else ", "
    text = (before + between.join(dumped) + after).encode()
    cut = json_beginning.cut(text[:size])
    begun = shape == "lines" and size < len(dumped[0].encode())  # looks like an envelope
    if cut is None or len(text) <= size or begun:
        return
    whole = between.join(dumped[: _count(cut, shape)])
    assert cut.decode() == before + whole + after


def _count(cut: bytes, shape: str) -> int:
    if shape == "lines":
        return len(cut.decode().split("\n"))
    found = json.loads(cut)
    return len(found if shape == "array" else found["a"])
