"""Each stage of a rollback's plan by itself: which records come into it, which are undone by their last change,
which stay because another import confirmed them, which are folded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.datasets.tables import stored
from core.ingest.back import fold, rollback, standing
from core.ingest.writing import confirmed

Csv = Callable[..., Path]
DATASET = "celebrities"


@pytest.fixture
def first(wb: Workbench, csv_file: Csv) -> str:
    """The import of four people: Ann is edited, Bo is met, Cy is met and changed, Di is left alone."""
    rows = ("Ann,INTJ", "Bo,INTJ", "Cy,INTJ", "Di,INTJ")
    upload = wb.import_file(csv_file("name,mbti", *rows, name="a.csv"))
    wb.import_file(csv_file("name,mbti", "Bo,INTJ", "Cy,ENFP", "Eve,ENFP", name="b.csv"))
    (ann,) = wb.records(where={"name": "Ann"}).rows()
    wb.edit(DATASET, ann["record_id"], {"mbti": "ISTP"})
    return upload.id


def staged(wb: Workbench, upload_id: str) -> dict[str, set[str]]:
    """The names in each stage of the plan that takes an upload back."""
    dataset = wb.datasets.get(DATASET)

    def ask(cursor: Any) -> dict[str, set[str]]:
        acts = standing.load(cursor, DATASET)
        root, after = acts.root(upload_id), acts.with_one_more(upload_id)
        again = after.standing()[root]
        turns = acts.standing().get(root, True) != again
        rollback._candidates(cursor, dataset, root, acts)
        rollback._undone(cursor, dataset, root, acts, turns)
        kinds = stored(cursor, dataset)
        confirmed.find(cursor, dataset, fold.fields(kinds), root, falls=not again)
        tables = ("candidates", "undone", "confirmed")
        return {t: _names(cursor, t) for t in tables}

    return wb.database.read(ask)


def _names(cursor: Any, stage: str) -> set[str]:
    rows = cursor.execute(f"SELECT name FROM {DATASET} SEMI JOIN {stage} USING (record_id)")
    return {name for (name,) in rows.fetchall()}


def test_the_stages_of_an_import(wb: Workbench, first: str) -> None:
    found = staged(wb, first)
    assert found["candidates"] == {
        "Ann",
        "Bo",
        "Cy",
        "Di",
    }  # all that it changed, and none of the other's
    assert found["undone"] == {"Di"}  # its own change is the last, and nobody met it since
    assert found["confirmed"] == {"Bo"}  # another import found it as it is
    # What is in neither, Ann and Cy, is folded from all that was said.
    kept = {o.title: o.kept_fields for o in wb.rollback(first, dry_run=True).kept}
    assert set(kept) == {"Ann", "Bo", "Cy"}


def test_the_stages_of_a_rollback_of_a_rollback(wb: Workbench, first: str) -> None:
    done = wb.rollback(first)
    assert done.id is not None
    found = staged(wb, done.id)
    assert found["candidates"] == {"Ann", "Bo", "Cy"}  # Di is there no more
    assert not found["confirmed"]
    again = wb.rollback(done.id)
    assert {o.title for o in again.reversed} >= {"Di"}


def test_where_others_were_taken_back_everything_is_folded(
    wb: Workbench, first: str, csv_file: Csv
) -> None:
    third = wb.import_file(csv_file("name,mbti", "Di,ESFJ", name="c.csv"))
    wb.rollback(third.id)
    found = staged(wb, first)
    assert "Di" in found["candidates"] and "Di" not in found["undone"]
