"""Rows of one record in one file: which one stands, what it takes from the others, and what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.ingest.rows import together

Csv = Callable[..., Path]
HEAD = "name,birth_date,mbti,aliases,note"


@pytest.fixture(params=[0, 10**9], ids=["in place", "once more"], autouse=True)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The staged rows as they are completed where the fuller ones are few, and where they are many."""
    monkeypatch.setattr(together, "FEW", request.param)


def the(wb: Workbench, dataset: str = "celebrities") -> dict[str, Any]:
    (record,) = wb.records(dataset).rows()
    return record


def test_rows_complete_each_other(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file(HEAD, "Ann,,,a,x", "Ann,1990-05-01,INTJ,b,x", "ann,1990,,,", "Ann,1990,,a,")
    preview = wb.preview(path)
    assert preview.counts.model_dump(exclude_defaults=True) == {"rows": 4, "new": 1, "repeated": 3}
    assert {p.rule: (p.severity, p.count) for p in preview.problems} == {
        "completes": ("info", 2),
        "repeats": ("info", 1),
    }
    upload = wb.commit(preview.id)
    record = the(wb)
    assert (record["name"], record["birth_date"], record["mbti"]) == ("Ann", "1990-05-01", "INTJ")
    assert record["aliases"] == ["b", "a"] and json.loads(record["_extra"]) == {"note": "x"}
    (change,) = wb.history("celebrities", record["record_id"])
    assert change.row == 2, "the row that stands for the others"
    assert wb.quarantine(upload.id, status=None) == []
    assert wb.check(deep=True).findings == ()


def test_what_differs_is_shown_with_both_values(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file(HEAD, "Ann,1990,INTJ,,", "Ann,1990,ENTP,,", "Bo,1990,INTJ,,z", "Bo,1990,ENTP,,")
    preview = wb.preview(path)
    one, two = preview.changes("repeated")
    assert (one.row, [(f.field, f.old, f.new) for f in one.fields]) == (
        1,
        [("mbti", "INTJ", "ENTP")],
    )
    assert "row 2 counts" in one.problems[0], "of equally full rows the later one"
    assert (two.row, [(f.field, f.old, f.new) for f in two.fields]) == (
        4,
        [("mbti", "ENTP", "INTJ")],
    )
    assert "row 3 counts" in two.problems[0], "the fuller one"
    (problem,) = preview.problems
    assert (problem.rule, problem.severity, problem.count) == ("contradicts", "warning", 2)
    assert "MBTI: “INTJ”, there “ENTP”; row 2 counts" in str(problem.examples[0].found)
    wb.commit(preview.id)
    assert {r["name"]: r["mbti"] for r in wb.records().rows()} == {"Ann": "ENTP", "Bo": "INTJ"}


def test_a_row_with_a_date_stays_when_one_without_is_ambiguous(
    wb: Workbench, csv_file: Csv
) -> None:
    counts = wb.preview(csv_file(HEAD, "Cy,,,,", "Cy,1970,,,", "Cy,1971,,,")).counts
    assert (counts.new, counts.conflicting, counts.rejected) == (2, 1, 0)


def test_the_date_is_never_lost_to_an_earlier_row(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file(HEAD, "Cy,,INTJ,a,x", "Cy,1970,,,"))
    assert (the(wb)["birth_date"], the(wb)["mbti"]) == ("1970", "INTJ")


def test_what_would_break_a_rule_together_is_not_put_together(wb: Workbench, csv_file: Csv) -> None:
    dates = [{"name": n, "type": "date"} for n in ("born", "died")]
    rules = [{"kind": "order", "fields": ["born", "died"]}]
    data = {"name": "dead", "fields": [{"name": "name"}, *dates], "key": {"fields": ["name"]}}
    wb.save_dataset(from_dict({**data, "rules": rules}))
    preview = wb.preview(csv_file("name,born,died", "A,1990,", "A,,1980"), "dead")
    assert {p.rule: p.severity for p in preview.problems} == {"contradicts": "warning"}
    wb.commit(preview.id)
    assert (the(wb, "dead")["born"], the(wb, "dead")["died"]) == (None, "1980")


def test_replace_deletes_beside_repeated_rows(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,birth_date", "Ann,1990", "Ann,1991"), source_name="s")
    path = csv_file("name,birth_date", "Ann,1990", "Ann,1990", name="b.csv")
    preview = wb.preview(path, mode="replace", source_name="s")
    assert (preview.counts.repeated, preview.counts.deleted) == (1, 1)


def test_a_repeated_row_does_not_take_a_unique_value(wb: Workbench, csv_file: Csv) -> None:
    fields = [{"name": "name"}, {"name": "mail", "unique": True}, {"name": "town"}]
    wb.save_dataset(from_dict({"name": "users", "fields": fields, "key": {"fields": ["name"]}}))
    path = csv_file("name,mail,town", "A,a@b.c,", "A,a@b.c,Rome", "B,a@b.c,")
    counts = wb.preview(path, "users").counts
    assert (counts.new, counts.repeated, counts.rejected) == (1, 1, 1)
