"""Records that others found as they are stay without a fold, and the fold would have come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.ingest.back.rollback import Outcome
from core.ingest.writing import confirmed

Csv = Callable[..., Path]
HEAD = "name,birth_date,tags,mbti,Town"
# What the first file says, and others may: the same, nothing, less or something else.
DATES, TAGS, TYPES, TOWNS = ("1990-05-01", "", "1990"), ("a;b", "", "b"), ("INTJ", ""), ("Rome", "")


@pytest.fixture(name="found")
def _found(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many records needed no fold, for every rollback; with 0 in front all of them are folded."""
    counts: list[int] = []
    find = confirmed.find

    def counted(cursor: Any, *args: Any, falls: bool) -> None:
        find(cursor, *args, falls=falls and counts != [0])
        row = cursor.execute("SELECT count(*) FROM confirmed").fetchone()
        counts.append(row[0])

    monkeypatch.setattr(confirmed, "find", counted)
    yield counts


def shown(wb: Workbench, upload_id: str) -> tuple[dict[str, int], dict[str, Outcome]]:
    plan = wb.rollback(upload_id, dry_run=True, limit=10_000)
    return plan.counts, {o.record_id: o for o in (*plan.reversed, *plan.kept, *plan.failed)}


def people(rows: list[tuple[str, ...]], say: Callable[[int], bool] = lambda i: True) -> list[str]:
    return [
        f"P{chr(97 + i // 26)}{chr(97 + i % 26)},{','.join(r)}"
        for i, r in enumerate(rows)
        if say(i)
    ]


def test_the_fold_comes_to_the_same(wb: Workbench, csv_file: Csv, found: list[int]) -> None:
    full = [(DATES[0], TAGS[0], TYPES[0], TOWNS[0])] * 72
    full[36:] = [(DATES[0], "", TYPES[0], "")] * 36
    later = [*product(DATES, TAGS, TYPES, TOWNS)] * 2
    first = wb.import_file(csv_file(HEAD, *people(full), name="a.csv"))
    wb.import_file(csv_file(HEAD, *people(later), name="b.csv"))
    wb.import_file(csv_file(HEAD, *people(full, lambda i: i % 3 == 0), name="c.csv"))
    wb.import_file(csv_file(HEAD, *people(later[::-1], lambda i: i % 4 == 0), name="d.csv"))
    short = shown(wb, first.id)
    assert 0 < found.pop() < 72, "some need no fold, some do"
    found.append(0)
    assert shown(wb, first.id) == short and found[-1] == 0
    before = {r["name"]: r for r in wb.records().rows()}
    found.clear()
    wb.rollback(first.id)
    unfolded = {i for i, o in short[1].items() if not o.fields and o.kept_fields}
    assert found[0] <= len(unfolded)
    assert all(before[r["name"]] == r for r in wb.records().rows() if r["record_id"] in unfolded)
    assert wb.check(deep=True).findings == ()


@pytest.mark.parametrize(
    ("act", "unfolded"), [("edit", 0), ("delete", 0), ("taken back", 0), ("nothing", 1)]
)
def test_what_else_happened_to_a_record_is_folded(
    wb: Workbench, csv_file: Csv, found: list[int], act: str, unfolded: int
) -> None:
    first = wb.import_file(csv_file("name,mbti", "Ann,INTJ", name="a.csv"))
    second = wb.import_file(csv_file("name,mbti", "Ann,INTJ", "Bo,", name="b.csv"))
    record_id = next(r["record_id"] for r in wb.records().rows() if r["name"] == "Ann")
    if act == "edit":
        wb.edit("celebrities", record_id, {"gender": "female"})
    elif act == "delete":
        wb.delete("celebrities", record_id)
    elif act == "taken back":
        wb.rollback(second.id)
    found.clear()
    shown(wb, first.id)
    assert found == [unfolded]


def test_a_rollback_that_is_taken_back_needs_the_fold(
    wb: Workbench, csv_file: Csv, found: list[int]
) -> None:
    first = wb.import_file(csv_file("name,mbti", "Ann,INTJ", name="a.csv"))
    wb.import_file(csv_file("name,mbti", "Ann,INTJ", "Bo,", name="b.csv"))
    undone = wb.rollback(first.id)
    assert undone.counts["kept"] == 1 and undone.id
    wb.rollback(undone.id)
    assert found == [1, 0]
