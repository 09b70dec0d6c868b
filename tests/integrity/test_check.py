"""The check: sound data passes, and everything that is broken by hand is found and named."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import Workbench
from core.files.store import raw_path
from core.ingest.deciders import deciding
from core.cleaning.step import Step
from core.ingest.uploads import Upload
from core.integrity import check
from core.integrity.files import OLD
from core.integrity.findings import CATALOGUE
from core.storage.store import Connection

Busy = dict[str, Upload]


def found(wb: Workbench, *, deep: bool = False) -> dict[str, int]:
    return {f.code: f.count for f in wb.check(deep=deep).findings}


def test_what_lived_is_sound(wb: Workbench, busy: Busy) -> None:
    quick, deep = wb.check(), wb.check(deep=True)
    assert quick.findings == deep.findings == ()
    assert quick.ok and deep.deep
    assert deep.looked["records"] == wb.count() > 5 and deep.looked["raw files"] == 5
    assert deep.looked["changes"] > 30


def test_an_empty_workbench_is_sound(tmp_path: Path) -> None:
    with Workbench.open(tmp_path / "new.duckdb", data_dir=tmp_path / "data") as empty:
        assert empty.check(deep=True).findings == ()


@dataclass(frozen=True)
class Broken:
    """One thing broken by hand in the database, and what must be said of it."""

    sql: str
    codes: tuple[str, ...]
    deep: bool = False


_ONE = "(SELECT record_id FROM celebrities WHERE name = 'Ada Lovelace')"
_NEVER = "(SELECT record_id FROM celebrities WHERE _version = 1 LIMIT 1)"
BROKEN = {
    "a cell that came from a file": Broken(
        f"UPDATE celebrities SET nationality = 'Nowhere' WHERE record_id = {_ONE}",
        ("value_differs",),
        deep=True,
    ),
    "a cell of a record that was only inserted": Broken(
        f"UPDATE celebrities SET description = 'x' WHERE record_id = {_NEVER}",
        ("value_differs",),
        deep=True,
    ),
    "an element of a list": Broken(
        "UPDATE celebrities SET tags = ['x', 'Y'] WHERE name = 'Ada Lovelace'",
        ("value_differs",),
        deep=True,
    ),
    "a cell that was typed": Broken(
        "UPDATE celebrities SET aliases = ['Countess'] WHERE name = 'Ada Lovelace'",
        ("value_differs",),
    ),
    "an extra column": Broken(
        """UPDATE celebrities SET _extra = '{"Nick":"Adele"}' WHERE name = 'Ada Lovelace'""",
        ("value_differs",),
        deep=True,
    ),
    "a name, so that its key does not fit": Broken(
        "UPDATE celebrities SET name = 'Ada King' WHERE name = 'Ada Lovelace'", ("key_differs",)
    ),
    "a version": Broken(
        f"UPDATE celebrities SET _version = _version + 1 WHERE record_id = {_ONE}",
        ("version_differs",),
    ),
    "the upload that touched it last": Broken(
        f"UPDATE celebrities SET _upload_id = uuid() WHERE record_id = {_ONE}", ("origin_differs",)
    ),
    "the time it was made": Broken(
        f"UPDATE celebrities SET _created_at = now()::TIMESTAMP WHERE record_id = {_ONE}",
        ("origin_differs",),
    ),
    "a record deleted past the history": Broken(
        f"DELETE FROM celebrities WHERE record_id = {_ONE}", ("record_vanished",)
    ),
    "a record doubled": Broken(
        f"INSERT INTO celebrities SELECT * FROM celebrities WHERE record_id = {_ONE}",
        ("record_twice",),
    ),
    "a record from nowhere": Broken(
        "INSERT INTO celebrities (record_id, name, _version, _key) VALUES (uuid(), 'X', 1, 'x')",
        ("record_without_history",),
    ),
    "the last change removed": Broken(
        f"DELETE FROM history.changes WHERE record_id = {_ONE} AND version ="
        f" (SELECT max(version) FROM history.changes WHERE record_id = {_ONE})",
        ("version_differs", "counts_differ"),
    ),
    "a change in the middle removed": Broken(
        f"DELETE FROM history.changes WHERE record_id = {_ONE} AND version = 2",
        ("versions_broken", "counts_differ"),
    ),
    "the insert removed": Broken(
        f"DELETE FROM history.changes WHERE record_id = {_ONE} AND version = 1",
        ("versions_broken", "no_insert", "counts_differ"),
    ),
    "a change doubled": Broken(
        f"INSERT INTO history.changes SELECT * FROM history.changes WHERE record_id = {_ONE} AND version = 2",
        ("versions_broken", "counts_differ"),
    ),
    "a deletion called an edit": Broken(
        "UPDATE history.changes SET kind = 'update' WHERE kind = 'delete' AND upload_id IS NULL",
        ("order_broken",),
    ),
    "an old value that is no JSON": Broken(
        """UPDATE history.changes SET before = '{"mbti' WHERE kind = 'update' AND upload_id IS NULL""",
        ("values_broken",),
    ),
    "an old value altered": Broken(
        """UPDATE history.changes SET before = '{"mbti":"ESFJ"}'
           WHERE kind = 'update' AND json_keys(before) = ['mbti'] AND upload_id IS NOT NULL""",
        ("value_differs",),
    ),
    "a history row that names another row": Broken(
        "UPDATE history.changes SET row_no = 999 WHERE kind = 'insert' AND row_no = 2",
        ("row_missing",),
        deep=True,
    ),
    "a number that the feed leaves out": Broken(
        "UPDATE ops.datasets SET acts = acts + 1", ("feed_broken",)
    ),
    "a change without a number": Broken(
        f"UPDATE history.changes SET act = NULL WHERE record_id = {_ONE} AND version = 1",
        ("feed_broken",),
    ),
    "an upload removed": Broken(
        "DELETE FROM ops.uploads WHERE filename = 'first.csv'",
        ("change_without_upload", "ledger_without_import", "event_of_nothing"),
    ),
    "a status": Broken(
        "UPDATE ops.uploads SET status = 'previewed' WHERE filename = '4.csv'",
        ("ledger_without_import", "change_of_open_upload", "event_of_nothing"),
    ),
    "the ledger emptied": Broken("DELETE FROM ops.ledger", ("not_in_ledger",)),
    "a line of the ledger doubled": Broken(
        "INSERT INTO ops.ledger SELECT * FROM ops.ledger WHERE part = 0", ("ledger_twice",)
    ),
    "counts": Broken(
        """UPDATE ops.uploads SET counts = '{"rows":3,"new":7,"changed":2}' WHERE filename = '4.csv'""",
        ("counts_differ", "rows_uncounted"),
    ),
    "a row that came to no end": Broken(
        "UPDATE ops.uploads SET counts = replace(counts, '\"rows\":', '\"rows\":1') WHERE filename = '4.csv'",
        ("rows_uncounted",),
    ),
    "a rollback removed": Broken(
        "DELETE FROM ops.uploads WHERE kind = 'rollback' AND filename = 'second.csv'",
        ("no_rollback", "change_without_upload"),
    ),
    "a target removed": Broken(
        "UPDATE ops.uploads SET target_id = uuid() WHERE kind = 'rollback'", ("no_target",)
    ),
    "an import left behind": Broken(
        "INSERT INTO ops.uploads (upload_id, kind, dataset, filename, status)"
        " VALUES (uuid(), 'import', 'celebrities', 'x.csv', 'importing')",
        ("stuck",),
    ),
    "a row of the quarantine removed": Broken(
        "DELETE FROM ops.quarantine", ("quarantine_differs",)
    ),
    "a row of the quarantine doubled": Broken(
        "INSERT INTO ops.quarantine SELECT * FROM ops.quarantine", ("quarantine_differs",)
    ),
    "a quarantine of nothing": Broken(
        "UPDATE ops.quarantine SET upload_id = uuid()", ("quarantine_lost",)
    ),
    "a job of nothing": Broken(
        "INSERT INTO ops.jobs (job_id, kind, upload_id, status) VALUES (uuid(), 'import', uuid(), 'done')",
        ("job_lost",),
    ),
    "a job that says it failed": Broken(
        "INSERT INTO ops.jobs (job_id, kind, upload_id, status, started_at, finished_at)"
        " SELECT uuid(), 'import', upload_id, 'failed', finished_at - INTERVAL 1 SECOND,"
        " finished_at + INTERVAL 1 SECOND FROM ops.uploads WHERE status = 'imported' AND kind = 'import'",
        ("job_untrue",),
    ),
    "an event altered": Broken(
        "UPDATE ops.events SET actor = 'somebody else' WHERE seq = 3", ("chain_broken",)
    ),
    "an event removed": Broken(
        "DELETE FROM ops.events WHERE kind = 'record.edited'", ("chain_broken", "no_event")
    ),
    "the end of the events cut off": Broken(
        "DELETE FROM ops.events WHERE seq = (SELECT max(seq) FROM ops.events)", ("chain_broken",)
    ),
    "a column of another type": Broken(
        "ALTER TABLE celebrities ALTER mbti TYPE BLOB", ("table_differs",)
    ),
    "a table without a definition": Broken("CREATE TABLE stray (a INTEGER)", ("dataset_unknown",)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_by_hand_is_found(wb: Workbench, busy: Busy, name: str) -> None:
    broken = BROKEN[name]
    wb.database.write(lambda c: c.execute(broken.sql))
    report = check.check(wb.corridor, deep=broken.deep)
    assert set(broken.codes) <= {f.code for f in report.findings}, report
    assert report.ok == all(CATALOGUE[code].severity != "error" for code in broken.codes)
    for finding in report.findings:
        told = finding.as_dict()
        assert told["title"] and told["safe"] and told["action"] and told["examples"], told


@pytest.mark.parametrize(
    "name", [n for n in BROKEN if "value_differs" in BROKEN[n].codes and BROKEN[n].deep]
)
def test_what_an_older_marquee_read_otherwise_is_no_error(
    wb: Workbench, busy: Busy, name: str
) -> None:
    def age(connection: Connection) -> None:
        connection.execute(
            "UPDATE ops.uploads SET reading = json_merge_patch(reading, '{\"rules\": 0}')"
        )
        connection.execute(BROKEN[name].sql)

    wb.database.write(age)
    report = wb.check(deep=True)
    assert report.ok and {f.code for f in report.findings} == {"read_otherwise"}


def _raw(wb: Workbench, upload: Upload) -> Path:
    return raw_path(wb.settings.data_dir, str(upload.sha256))


def test_a_raw_file_that_is_gone(wb: Workbench, busy: Busy) -> None:
    _raw(wb, busy["first"]).unlink()
    assert found(wb) == {"file_missing": 1}
    assert found(wb, deep=True) == {"file_missing": 1, "not_replayed": 1}


def test_a_raw_file_that_was_altered(wb: Workbench, busy: Busy) -> None:
    path = _raw(wb, busy["first"])
    path.write_bytes(path.read_bytes().replace(b"INTJ", b"INFJ"))  # the same size
    assert found(wb) == {"file_altered": 1}
    # Nothing is made again from bytes that are not the ones that came.
    assert set(found(wb, deep=True)) == {"file_altered", "not_replayed"}


def test_what_lies_about(wb: Workbench, busy: Busy, age: Callable[[Path], None]) -> None:
    raw = wb.settings.data_dir / "raw"
    for name in ("ab/abcd", ".incoming/x.part"):
        path = raw / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert found(wb) == {}  # it may be arriving right now
    age(raw / "ab/abcd"), age(raw / ".incoming/x.part")
    report = wb.check()
    assert {f.code: f.count for f in report.findings} == {"file_orphaned": 1, "leftover": 1}
    assert report.ok


@pytest.fixture
def age() -> Callable[[Path], None]:
    """Make a file look old."""

    def make_old(path: Path) -> None:
        then = time.time() - 2 * OLD
        os.utime(path, (then, then))

    return make_old


def test_a_broken_definition(wb: Workbench, busy: Busy) -> None:
    wb.settings.datasets_dir.mkdir(parents=True, exist_ok=True)
    (wb.settings.datasets_dir / "bad.toml").write_text("name = ", "utf-8")
    assert found(wb) == {"dataset_broken": 1}


def test_the_raw_store_may_move_as_a_whole(wb: Workbench, busy: Busy, tmp_path: Path) -> None:
    """Nothing in the database names it."""
    shutil.move(str(wb.settings.data_dir), str(tmp_path / "elsewhere"))
    assert "file_missing" in found(wb)
    shutil.move(str(tmp_path / "elsewhere"), str(wb.settings.data_dir))
    assert found(wb, deep=True) == {}


def test_a_file_is_read_again_as_it_was_imported(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a later version would decide about a file is no error of what an earlier one imported."""
    path = tmp_path / "as_it_was.csv"
    path.write_text("name,source\nAda King,a book\n", "utf-8")
    plan = wb.import_file(path, dataset="celebrities").plan
    assert plan.recipe is None
    loud = Step(op="upper", field="source", reason="a later version would do that")
    monkeypatch.setattr(deciding, "FROM_HEAD", (lambda *given: (*given[-1], loud),))
    assert loud in deciding.from_head(None, wb.dataset("celebrities"), plan, ())  # type: ignore[arg-type]
    assert found(wb, deep=True) == {}
