"""The generated people are what they are said to be."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from benchmarks.people import COLUMNS, KINDS, Files, generate

ROWS = 2_000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return generate(tmp_path_factory.mktemp("people"), ROWS, tuple(KINDS))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_they_are_the_same_every_time(files: Files, tmp_path: Path) -> None:
    for kind in ("people", "known", "more"):
        again = generate(tmp_path, ROWS, (kind,))
        assert again.path(kind).read_bytes() == files.path(kind).read_bytes()


def test_a_larger_file_begins_with_the_smaller_one(files: Files, tmp_path: Path) -> None:
    larger = generate(tmp_path, ROWS + 500, ("people",)).path("people")
    assert rows(larger)[:ROWS] == rows(files.path("people"))


def test_names_come_in_every_script(files: Files) -> None:
    people = rows(files.path("people"))
    assert len(people) == ROWS and all(len(row) == COLUMNS for row in people)
    names = [row["Full Name"] for row in people]
    for first, last in (("A", "ʯ"), ("А", "я"), ("ء", "ي"), ("一", "鿿")):
        share = sum(any(first <= c <= last for c in name) for name in names) / ROWS
        assert 0.08 < share < 0.7, first


def test_errors_near_duplicates_and_dates_have_their_share(files: Files) -> None:
    people = rows(files.path("people"))
    wrong = [
        r for r in people if not r["Full Name"] or r["Type"] == "XNTJ" or r["Born"] == "31/02/1985"
    ]
    assert 0.025 < len(wrong) / ROWS < 0.035
    near = [(people[i], people[i - 6]) for i in range(13, ROWS, 20) if i % 100 not in (37, 43)]
    same = [a for a, b in near if a["Born"] == b["Born"] and a["Full Name"] != b["Full Name"]]
    assert len(same) > 0.8 * len(near)
    styles = {len(r["Born"]) for r in people}
    assert {0, 4, 7, 10, 11} <= styles


def test_no_two_columns_are_drawn_alike(files: Files) -> None:
    people = rows(files.path("people"))
    assert len({(r["Sex"], r["Country"]) for r in people}) == 8 * 9


def test_every_format_holds_the_same_people(files: Files) -> None:
    people = rows(files.path("people"))
    lines = [json.loads(x) for x in files.path("lines").read_text("utf-8").splitlines()]
    assert [{k: v or "" for k, v in row.items()} for row in lines] == people
    assert json.loads(files.path("array").read_text("utf-8")) == lines
    assert rows(files.path("sheet-csv")) == people
    book = openpyxl.load_workbook(files.path("sheet"), read_only=True)
    found = [tuple(c or "" for c in row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert found[0] == tuple(people[0])
    assert found[1:] == [tuple(row.values()) for row in people]
    book.close()


def test_what_is_known_and_what_changed(files: Files) -> None:
    people = rows(files.path("people"))
    known, changed, more = (rows(files.path(kind)) for kind in ("known", "changed", "more"))
    assert 0.18 < len(known) / ROWS <= 0.2
    assert sum("older text" in row["About"] for row in known) == ROWS // 10
    assert sum(a != b for a, b in zip(people, changed, strict=True)) == ROWS // 5
    names = {row["Full Name"] for row in people}
    assert 0.4 < sum(row["Full Name"] in names for row in more) / len(more) < 0.6
