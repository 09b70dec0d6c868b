"""The audit trail: a chain in which nothing can be altered, removed, moved or added unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pytest

from core import Workbench
from core.actor import Actor
from core.errors import ChainBroken, NotFound
from core.history import events
from core.history.events import FIRST
from core.settings import Settings
from core.storage import migrations

EVENTS = 6


def filled() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    migrations.apply(connection, None)
    for number in range(1, EVENTS + 1):
        events.append(
            connection,
            "record.edited",
            Actor("eva", "page"),
            dataset="celebrities",
            details={"n": number},
        )
    return connection


def test_an_empty_trail_is_whole() -> None:
    with duckdb.connect() as connection:
        migrations.apply(connection, None)
        assert events.verify(connection) == 0
        assert events.latest(connection) == []


def test_each_event_carries_the_hash_of_the_one_before() -> None:
    with filled() as connection:
        assert events.verify(connection) == EVENTS
        found = events.latest(connection)[::-1]
    assert [e.seq for e in found] == list(range(1, EVENTS + 1))
    assert [e.previous_hash for e in found] == [FIRST, *(e.hash for e in found[:-1])]
    first = found[0]
    assert (first.kind, first.actor, first.door, first.dataset) == (
        *("record.edited", "eva", "page"),
        "celebrities",
    )
    assert first.details == {"n": 1} and first.record_id is None
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    assert 0 <= (now - first.at).total_seconds() < 60


def test_latest_pages_backwards() -> None:
    with filled() as connection:
        first = events.latest(connection, limit=4)
        rest = events.latest(connection, limit=4, before=first[-1].seq)
    assert [e.seq for e in first + rest] == list(range(EVENTS, 0, -1))


def test_details_of_every_script_survive() -> None:
    details = {"名": '周杰伦 "\\\n\u2028', "when": datetime(2020, 1, 2), "list": ["é", None]}
    with duckdb.connect() as connection:
        migrations.apply(connection, None)
        events.append(connection, "x", Actor(), details=details)
        assert events.verify(connection) == 1
        assert events.latest(connection)[0].details == {**details, "when": "2020-01-02 00:00:00"}


TAMPERING = {
    "a detail altered": ("UPDATE ops.events SET details = '{\"n\": 99}' WHERE seq = 3", 3),
    "a name altered": ("UPDATE ops.events SET actor = 'adam' WHERE seq = 1", 1),
    "a time altered": (
        "UPDATE ops.events SET happened_at = happened_at + INTERVAL 1 SECOND WHERE seq = 6",
        6,
    ),
    "a dataset forgotten": ("UPDATE ops.events SET dataset = NULL WHERE seq = 2", 2),
    "a record added": ("UPDATE ops.events SET record_id = uuid() WHERE seq = 2", 2),
    "a hash altered": ("UPDATE ops.events SET hash = repeat('a', 64) WHERE seq = 4", 4),
    "one removed": ("DELETE FROM ops.events WHERE seq = 3", 3),
    "the first removed": ("DELETE FROM ops.events WHERE seq = 1", 1),
    "the last removed": ("DELETE FROM ops.events WHERE seq = 6", 6),
    "all removed": ("DELETE FROM ops.events", 1),
    "removed and numbered anew": (
        "DELETE FROM ops.events WHERE seq = 3; UPDATE ops.events SET seq = seq - 1 WHERE seq > 3",
        3,
    ),
    "two exchanged": (
        "UPDATE ops.events SET seq = CASE seq WHEN 2 THEN 3 ELSE 2 END WHERE seq IN (2, 3)",
        2,
    ),
    "one appended": (
        "INSERT INTO ops.events SELECT * REPLACE (7 AS seq, hash AS previous_hash)"
        " FROM ops.events WHERE seq = 6",
        7,
    ),
    "one put in twice": ("INSERT INTO ops.events SELECT * FROM ops.events WHERE seq = 4", 5),
    "the end forgotten": ("DELETE FROM ops.event_head", None),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_noticed(name: str) -> None:
    sql, seq = TAMPERING[name]
    with filled() as connection:
        connection.execute(sql)
        with pytest.raises(ChainBroken) as caught:
            events.verify(connection)
    assert caught.value.extra.get("seq") == seq


def test_a_cut_off_end_is_not_covered_up_by_later_events() -> None:
    with filled() as connection:
        connection.execute("DELETE FROM ops.events WHERE seq = 6")
        events.append(connection, "record.edited", Actor())
        with pytest.raises(ChainBroken, match="event 6 is missing"):
            events.verify(connection)


def test_one_appended_with_a_right_hash_is_noticed() -> None:
    """Somebody who knows the hash but not the note of the end."""
    with filled() as connection, duckdb.connect() as other:
        row = connection.execute("FROM ops.events WHERE seq = 6").fetchone()
        assert row
        forged = [7, *row[1:9], row[10]]
        connection.execute(
            "INSERT INTO ops.events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*forged, events._hash(forged)],
        )
        with pytest.raises(ChainBroken):
            events.verify(connection)
        assert other


def test_one_altered_with_a_right_hash_breaks_the_chain_behind_it() -> None:
    with filled() as connection:
        row = connection.execute("FROM ops.events WHERE seq = 3").fetchone()
        assert row
        forged = [*row[:3], "adam", *row[4:10]]
        connection.execute(
            "UPDATE ops.events SET actor = 'adam', hash = ? WHERE seq = 3", [events._hash(forged)]
        )
        with pytest.raises(ChainBroken) as caught:
            events.verify(connection)
    assert caught.value.extra["seq"] == 4


def test_every_act_leaves_its_event(wb: Workbench, csv_file: Callable[..., Path]) -> None:
    eva = wb.through("page", "eva")
    upload = eva.import_file(csv_file("name", "A", "B"))
    record = next(wb.records(where={"name": "A"}).rows())["record_id"]
    eva.edit("celebrities", record, {"mbti": "INTJ"})
    eva.delete("celebrities", record)
    eva.restore("celebrities", record)
    eva.rollback(upload.id)
    eva.cancel(eva.receive(csv_file("name", "C", name="c.csv")).id)
    kinds = [e.kind for e in wb.events()][::-1]
    assert kinds == [
        *("upload.received", "upload.imported", "record.edited", "record.deleted"),
        *("record.restored", "upload.rolled_back", "upload.received", "upload.cancelled"),
    ]
    assert {(e.actor, e.door) for e in wb.events()} == {("eva", "page")}
    assert wb.verify_events() == len(kinds)


def test_what_fails_leaves_no_event(wb: Workbench, csv_file: Callable[..., Path]) -> None:
    wb.import_file(csv_file("name", "A"))
    before = len(wb.events())
    with pytest.raises(NotFound):
        wb.delete("celebrities", "0" * 32)
    assert len(wb.events()) == before and wb.verify_events() == before


def test_altering_the_file_itself_is_noticed_by_the_workbench(
    settings: Settings, csv_file: Callable[..., Path]
) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name", "A"))
        assert wb.verify_events() == 2
    with duckdb.connect(str(settings.database)) as raw:
        raw.execute("UPDATE ops.events SET actor = 'nobody' WHERE seq = 2")
    with Workbench.open(settings=settings) as wb:
        with pytest.raises(ChainBroken, match="event 2 .upload.imported"):
            wb.verify_events()
