"""The feed of changes: numbered without gaps, complete from every route, and enough to rebuild the table."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as profile, strategies as st

from core import Workbench
from core.errors import MarqueeError
from core.history import feed
from core.history.feed import Entry, Position
from core.settings import Settings
from core.storage import migrations

Csv = Callable[..., Path]
SET = "celebrities"
NAMES = ["Ann", "Bo", "Cy"]
MBTI = ["INTJ", "ENFP", "", "bad"]


class Replica:
    """A copy of the table, kept by the feed alone."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.position = Position()
        self.acts: list[int] = []

    def take(self, entry: Entry) -> None:
        change, new = entry.change, {f: pair[1] for f, pair in entry.change.fields.items()}
        if change.kind == "delete":
            del self.records[change.record_id]
        elif change.kind == "update":
            self.records[change.record_id].update(new)
        else:
            assert change.record_id not in self.records
            self.records[change.record_id] = new
        self.position = entry.position
        self.acts.append(entry.act)

    def follow(self, wb: Workbench, page: int) -> None:
        while entries := wb.feed(SET, self.position, limit=page):
            assert len(entries) <= page
            for entry in entries:
                self.take(entry)


def table(wb: Workbench) -> dict[str, dict[str, Any]]:
    """What the records are now, without what is empty."""
    found = {}
    for record in wb.records(SET).rows():
        found[str(record["record_id"])] = plain(record)
    return found


def plain(record: dict[str, Any]) -> dict[str, Any]:
    fields = {f: v for f, v in record.items() if f == "_extra" or f[0] != "_" and f != "record_id"}
    return {f: v for f, v in fields.items() if v is not None}


rows = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(MBTI)), min_size=1, max_size=4)
acts = st.one_of(
    st.tuples(st.just("import"), rows),
    st.tuples(st.just("replace"), rows),
    st.tuples(st.just("rollback"), st.integers(0, 9)),
    st.tuples(st.just("edit"), st.integers(0, 9)),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("restore"), st.integers(0, 9)),
    st.tuples(st.just("requeue"), st.integers(0, 9)),
)


def do(wb: Workbench, kind: str, what: Any, folder: Path, number: int) -> None:
    """One act; what cannot be done in this state is refused."""
    if kind in ("import", "replace"):
        path = folder / f"{number}.csv"
        body = "".join(f"{name},{mbti},note {number}\n" for name, mbti in what)
        path.write_text(f"name,mbti,description\n{body}", "utf-8")
        wb.import_file(path, force=True, mode="upsert" if kind == "import" else "replace")
    elif kind == "rollback":
        uploads = wb.uploads()
        wb.rollback(uploads[what % len(uploads)].id)
    elif kind == "requeue":
        upload, *_ = [u for u in wb.uploads() if u.kind == "import"]
        fixes = {row.row: {"mbti": "ISTP"} for row in wb.quarantine(upload.id)[: 1 + what % 2]}
        wb.requeue(upload.id, fixes)
    elif kind == "restore":
        gone = wb.deleted(SET)
        wb.restore(SET, gone[what % len(gone)].record_id)
    else:
        (*there,) = wb.records(SET).rows()
        record_id = str(there[what % len(there)]["record_id"])
        if kind == "delete":
            wb.delete(SET, record_id)
        else:
            wb.edit(SET, record_id, {"mbti": "ESTP" if what % 2 else None, "tags": [str(number)]})


@profile(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=1, max_size=8), st.integers(1, 5))
def test_the_feed_replays_into_the_table(
    empty_database: Path, walk: list[tuple[str, Any]], page: int
) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        shutil.copyfile(empty_database, folder / "m.duckdb")
        settings = Settings(
            database=folder / "m.duckdb", data_dir=folder / "u", datasets_dir=folder / "d"
        )
        replica = Replica()
        with Workbench.open(settings=settings) as wb:
            for number, (kind, what) in enumerate(walk):
                with suppress(MarqueeError, ZeroDivisionError, ValueError):
                    do(wb, kind, what, folder, number)
                replica.follow(wb, page)
                assert {
                    k: {f: v for f, v in r.items() if v is not None}
                    for k, r in replica.records.items()
                } == table(wb)
            numbers = sorted(set(replica.acts))
            assert numbers == list(range(1, len(numbers) + 1)) and replica.acts == sorted(
                replica.acts
            )
            assert wb.database.read(lambda c: feed.last(c, SET)) == len(numbers)
            late = Replica()
            late.follow(wb, 1_000)
            assert late.records == replica.records and late.acts == replica.acts
            assert not wb.check().findings


def test_an_act_is_a_number(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name,mbti", "A,INTJ", "B,ENFP"))
    a, *_ = wb.records(SET, where={"name": "A"}).rows()
    wb.edit(SET, str(a["record_id"]), {"mbti": "ISTJ"})
    wb.rollback(first.id)
    wb.import_file(csv_file("name,mbti", "A,ISTJ", name="same.csv"))  # changes nothing
    told = [(e.act, e.change.kind) for e in wb.feed(SET)]
    assert told == [(1, "insert"), (1, "insert"), (2, "update"), (3, "delete")]
    assert [e.act for e in wb.feed(SET, 1)] == [2, 3] and wb.feed(SET, 3) == []
    assert wb.feed(SET, 1)[0].change.fields == {"mbti": ("INTJ", "ISTJ")}


def test_what_fails_takes_no_number(wb: Workbench, csv_file: Csv, monkeypatch: Any) -> None:
    wb.import_file(csv_file("name", "A"))
    upload = wb.receive(csv_file("name", "B", name="b.csv"))
    wb.preview(upload.id)
    with monkeypatch.context() as patch:
        patch.setattr("core.ingest.writing.commit.events.append", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            wb.commit(upload.id)
    wb.commit(upload.id)
    assert [e.act for e in wb.feed(SET)] == [1, 2]


def test_a_consumer_keeps_its_position(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name", "A", "B"))
    first = wb.feed(SET, limit=1)[0]
    assert wb.database.read(lambda c: feed.position(c, "search", SET)) == Position()
    for entry in (first, first):
        wb.history.move("search", SET, entry.position)
    place = wb.history.position("search", SET)
    assert place == first.position and len(wb.feed(SET, place)) == 1
    assert wb.database.read(lambda c: feed.position(c, "alerts", SET)) == Position()


def test_changes_of_before_are_numbered_by_their_time(
    settings: Settings, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name,mbti", "A,INTJ", "B,ENFP"))
        a, *_ = wb.records(SET, where={"name": "A"}).rows()
        wb.edit(SET, str(a["record_id"]), {"mbti": "ISTJ"})
        told = [(e.act, e.change.kind) for e in wb.feed(SET)]

        def older(c: Any) -> None:
            later = "".join(m.sql for m in migrations.available() if m.number >= 9)
            for statement in (
                *(f"DROP TABLE {name}" for name in re.findall(r"CREATE TABLE ([\w.]+)", later)),
                "ALTER TABLE history.changes DROP COLUMN act",
                "ALTER TABLE ops.datasets DROP COLUMN acts",
                "ALTER TABLE ops.jobs DROP COLUMN role",
                "ALTER TABLE ops.jobs DROP COLUMN request",
                "ALTER TABLE ops.jobs DROP COLUMN traceparent",
                "DELETE FROM ops.migrations WHERE number >= 9",
            ):
                c.execute(statement)
            c.execute("CHECKPOINT")

        wb.database.write(older, transaction=False)
    assert len(migrations.available()) >= 9
    with Workbench.open(settings=settings) as wb:
        assert [(e.act, e.change.kind) for e in wb.feed(SET)] == told
        assert json.dumps([e.change.fields for e in wb.feed(SET)])
        wb.delete(SET, str(a["record_id"]))
        assert wb.feed(SET)[-1].act == 3 and not wb.check().findings
