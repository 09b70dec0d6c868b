"""Import, edit, delete, restore and take back in any order, against the plain-Python model."""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core import Workbench
from core.errors import WrongState
from core.settings import Settings
from tests.oracle import Model

FIELDS = ["name", "birth_date", "gender", "mbti", "tags"]
NAMES = st.sampled_from(["Ann", "ann ", "Bo", "Cé", "Ce", "周杰伦", "", "N/A"])
DAYS = st.sampled_from(
    ["", "1990", "1990-01", "1990-01-05", "5/1/1990", "25/1/1990", "1/31/1990", "x"]
)
ROW = st.fixed_dictionaries(
    {
        "name": NAMES,
        "birth_date": DAYS,
        "gender": st.sampled_from(["", "f", "male", "robot"]),
        "mbti": st.sampled_from(["", "INTJ", "enfp", "INTX"]),
        "tags": st.sampled_from(["", "a", "a;b", "b, c", "-"]),
    }
)


class Imports(RuleBasedStateMachine):
    """Every act is done to a real Workbench and to the model; after each, both must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.wb = Workbench.open(
            settings=Settings(
                database=self.folder / "m.duckdb",
                data_dir=self.folder / "data",
                datasets_dir=self.folder / "datasets",
                threads=1,
            )
        )
        self.model = Model(self.wb.dataset("celebrities"))
        self.number = 0

    def teardown(self) -> None:
        self.wb.close()
        shutil.rmtree(self.folder)

    def write(self, rows: list[dict[str, str]]) -> Path:
        self.number += 1
        path = self.folder / f"{self.number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(rows)
        return path

    @initialize(rows=st.lists(ROW, min_size=2, max_size=5))
    def first(self, rows: list[dict[str, str]]) -> None:
        self.upload(rows, "upsert", "a")

    @rule(
        rows=st.lists(ROW, min_size=1, max_size=5),
        mode=st.sampled_from(["upsert", "upsert", "insert", "replace"]),
        source=st.sampled_from(["a", "b"]),
    )
    def upload(self, rows: list[dict[str, str]], mode: Any, source: str) -> None:
        rows = [row for row in rows if any(row.values())] or [{f: "Zoe" for f in FIELDS[:1]}]
        rows = [{f: row.get(f, "") for f in FIELDS} for row in rows]
        expected = self.model.outcome(rows, mode, source)
        upload = self.wb.import_file(self.write(rows), mode=mode, source_name=source, force=True)
        counts = upload.counts
        for name in ("new", "changed", "unchanged", "rejected", "conflicting"):
            assert getattr(counts, name) == expected.count(name), (name, counts, expected.rows)
        assert counts.deleted == len(expected.deleted)
        ids = {
            row: record_id
            for _, record_id, _, kind, _, row in self.changes(upload.id)
            if kind == "insert"
        }
        self.model.apply(upload.id, expected, ids, source, list(self.model.dataset.field_names))

    def changes(self, upload_id: str) -> list[Any]:
        return [
            (None, str(r[0]), r[1], r[2], r[3], r[4])
            for r in self.wb.sql(
                "SELECT record_id, version, kind, before, row_no FROM history.changes"
                f" WHERE upload_id = '{upload_id}'"
            ).fetchall()
        ]

    @precondition(lambda self: self.model.records)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.model.records)))
        field, value = data.draw(
            st.sampled_from(
                [("mbti", "ISTP"), ("mbti", None), ("gender", "female"), ("tags", ["z"])]
            )
        )
        self.wb.edit("celebrities", record_id, {field: value})
        self.model.set(record_id, {field: value}, None)

    @precondition(lambda self: self.model.records)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.model.records)))
        self.wb.delete("celebrities", record_id)
        self.model.remove(record_id, None)

    @precondition(lambda self: set(self.model.changes) - set(self.model.records))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        gone = sorted(set(self.model.changes) - set(self.model.records))
        record_id = data.draw(st.sampled_from(gone))
        self.wb.restore("celebrities", record_id)
        last = [c for c in self.model.changes[record_id] if c.kind == "delete"][-1]
        self.model.restore(record_id, last.before or {}, None)

    @precondition(lambda self: self.model.status)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        upload_id = data.draw(st.sampled_from(sorted(self.model.status)))
        try:
            shown = self.wb.rollback(upload_id, dry_run=True)
        except WrongState:
            assert self.model.status[upload_id] == "rolled_back"
            return
        done = self.wb.rollback(upload_id)
        assert done.counts == shown.counts, "the preview is the promise"
        reversed_, kept = self.model.roll_back(str(done.id), upload_id)
        assert (done.counts["reversed"], done.counts["kept"]) == (reversed_, kept)

    @invariant()
    def the_table_is_the_model(self) -> None:
        rows = {str(r["record_id"]): r for r in self.wb.records("celebrities").rows()}
        assert set(rows) == set(self.model.records)
        for record_id, record in self.model.records.items():
            for name, value in record.values.items():
                assert rows[record_id][name] == value, (name, rows[record_id])
            assert rows[record_id]["_version"] == record.version

    @invariant()
    def the_statuses_agree(self) -> None:
        for upload_id, status in self.model.status.items():
            assert self.wb.upload(upload_id).status == status


TestImports = Imports.TestCase
TestImports.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def people(path: Path, *names: str, mbti: str = "") -> Path:
    path.write_text("name,mbti\n" + "".join(f"{n},{mbti}\n" for n in names), "utf-8")
    return path


def test_later_uploads_and_edits_stay(wb: Workbench, tmp_path: Path) -> None:
    first = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo", "Cy"))
    wb.import_file(people(tmp_path / "b.csv", "Ann", mbti="INTJ"))
    bo = next(r for r in wb.records().rows() if r["name"] == "Bo")
    wb.through("page", "anna").edit("celebrities", bo["record_id"], {"mbti": "ENFP"})
    shown = wb.rollback(first.id, dry_run=True)
    assert [o.title for o in shown.reversed] == ["Cy"]
    reasons = {o.title: o.reason for o in shown.kept}
    assert "anna through the page" in reasons["Bo"] and "mbti" in reasons["Ann"]
    assert wb.count() == 3, "a dry run changes nothing"
    wb.rollback(first.id)
    assert {r["name"] for r in wb.records().rows()} == {"Ann", "Bo"}


def test_taking_everything_back_gives_the_empty_table(wb: Workbench, tmp_path: Path) -> None:
    uploads = [
        wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo")),
        wb.import_file(people(tmp_path / "b.csv", "Ann", "Cy", mbti="INTJ")),
        wb.import_file(people(tmp_path / "c.csv", "Ann", "Bo", mbti="ENFP")),
    ]
    for upload in [uploads[0], uploads[2], uploads[1]]:
        wb.rollback(upload.id)
    wb.rollback(uploads[0].id)  # what was kept for the others' sake is free now
    assert wb.count() == 0
    with pytest.raises(WrongState):
        wb.rollback(uploads[0].id)


def test_a_rollback_can_be_taken_back(wb: Workbench, tmp_path: Path) -> None:
    first = wb.import_file(people(tmp_path / "a.csv", "Ann", "Bo", mbti="INTJ"))
    before = list(wb.records(order_by="name").rows())
    rollback = wb.rollback(first.id)
    assert wb.count() == 0 and rollback.id
    wb.rollback(rollback.id)
    after = list(wb.records(order_by="name").rows())
    ignore = {"_version", "_updated_at"}
    assert [{k: v for k, v in r.items() if k not in ignore} for r in after] == [
        {k: v for k, v in r.items() if k not in ignore} for r in before
    ]
    assert wb.upload(first.id).status == "imported"
    wb.rollback(first.id)
    assert wb.count() == 0
