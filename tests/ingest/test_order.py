"""Records of one import are listed in the order of its file, by every door's default."""

from __future__ import annotations

import uuid
from pathlib import Path

from core import Workbench

ROWS = 5_000


def test_records_stand_as_in_the_file(wb: Workbench, tmp_path: Path) -> None:
    names = [f"Person {n * 7919 % ROWS}" for n in range(ROWS)]
    (tmp_path / "a.csv").write_text("\n".join(["name", *names]), "utf-8")
    wb.import_file(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("name\nZoe\nAmy\nPerson 3\n", "utf-8")
    wb.import_file(tmp_path / "b.csv")
    found = list(wb.records(fields=["name", "record_id"]).rows())
    assert [r["name"] for r in found] == [*names, "Zoe", "Amy"]
    ids = [uuid.UUID(r["record_id"]) for r in found]
    assert {i.version for i in ids} == {7} and {i.variant for i in ids} == {uuid.RFC_4122}
    assert len(set(ids)) == len(ids)
    page = wb.records(limit=2, offset=ROWS).rows()
    assert [r["name"] for r in page] == ["Zoe", "Amy"]


def test_rows_from_quarantine_come_after_them(wb: Workbench, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,mbti\nAnn,XXXX\nBo,INTJ\nCy,YYYY\n", "utf-8")
    upload = wb.import_file(tmp_path / "a.csv")
    wb.requeue(upload.id, {3: {"mbti": "INFP"}, 1: {"mbti": "INFP"}})
    assert [r["name"] for r in wb.records().rows()] == ["Bo", "Ann", "Cy"]
