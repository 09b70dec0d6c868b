"""The one transaction of an import: records, history, quarantine, ledger, status and event.

Everything slow (reading, cleaning, comparing) happened before, in staging. A retry that finds the
ledger row stops; a failure or a cancel at any point leaves nothing.
"""

from __future__ import annotations

import duckdb

from core.actor import Actor
from core.datasets.tables import bump, stored, table
from core.errors import HeldBack, WrongState
from core.history import erasing, events, feed
from core.history.events import now
from core.ingest import quarantine, uploads
from core.ingest.rows import chosen, compare, told
from core.ingest.rows.merge import after, before, of, unchanged, values
from core.ingest.rows.staged import Staged
from core.ingest.uploads import Counts
from core.ingest.writing import keys, vouching
from core.storage.ids import new_id
from core.storage.sql import ident


def refuse_or_go_on(connection: duckdb.DuckDBPyConnection, staged: Staged, counts: Counts) -> None:
    """All or nothing, when that was asked for. Raises HeldBack."""
    bad = counts.rejected + counts.conflicting - chosen.refused(connection, staged)
    if staged.plan.on_error == "refuse" and bad:
        raise HeldBack(f"{bad} of {counts.rows} rows have errors or conflicts", rows=bad)


def commit(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    counts: Counts,
    actor: Actor,
    *,
    part: int = 0,
) -> Counts:
    """Write a compared upload. Runs on the writer, inside its transaction; returns the counts.

    `part` 0 is the file itself; rows brought back from quarantine are parts 1, 2, ...
    """
    erasing.must_be_free(connection, staged.dataset.name)
    begin(connection, staged.upload_id, part)
    keys.must_fit(connection, staged.dataset)
    if counts.changed or counts.unchanged:
        vouching.keep(connection, staged, now())
    act = 0
    if counts.new or counts.changed or counts.deleted:
        act = feed.next_act(connection, staged.dataset.name)
    if counts.deleted:  # first: what is inserted below is no record of before
        _delete(connection, staged, actor, act)
    # What comes back from quarantine was typed by hand: no file holds it, so the history does.
    if counts.changed:
        _update(connection, staged, actor, act, typed=part > 0)
        if staged.compiled.ids or told.any_met(
            connection, staged
        ):  # matched by it, a record may have got another name
            keys.fold_anew(connection, staged.dataset, f"SELECT record_id FROM {staged.matches}")
    if counts.new:
        _insert(connection, staged, actor, act, typed=part > 0)
    if act:
        bump(connection, staged.dataset.name)
    if part == 0:
        quarantine.keep(connection, staged)
    uploads.update(
        connection,
        staged.upload_id,
        status="imported",
        counts=counts,
        finished_at=now(),
        error=None,
    )
    events.append(
        connection,
        "upload.imported" if part == 0 else "upload.quarantine_imported",
        actor,
        dataset=staged.dataset.name,
        upload_id=staged.upload_id,
        details={
            "counts": counts.model_dump(exclude_defaults=True),
            "mode": staged.plan.mode,
        },
    )
    return counts


def begin(connection: duckdb.DuckDBPyConnection, upload_id: str, part: int) -> None:
    """Write the ledger row that makes this exactly once. Raises WrongState when it is there."""
    done = connection.execute(
        "SELECT committed_at FROM ops.ledger WHERE upload_id = ? AND part = ?", [upload_id, part]
    ).fetchone()
    if done:
        raise WrongState(f"this upload was imported at {done[0]:%Y-%m-%d %H:%M:%S} UTC already")
    connection.execute("INSERT INTO ops.ledger VALUES (?, ?, ?)", [upload_id, part, now()])


def _insert(
    connection: duckdb.DuckDBPyConnection, staged: Staged, actor: Actor, act: int, *, typed: bool
) -> None:
    names = [ident(n) for n in staged.compiled.fields]
    said = values(staged.compiled.fields)
    by_word = "true" if typed else told.by_word(connection, staged)
    record_id = in_order(new_id())
    connection.execute(
        f"INSERT INTO {table(staged.dataset)} BY NAME SELECT {record_id} AS record_id, {', '.join(names)},"
        " _key, _extra, ? AS _source, 1 AS _version, ?::UUID AS _upload_id,"
        " ?::TIMESTAMP AS _created_at, ?::TIMESTAMP AS _updated_at"
        f" FROM {staged.rows} s WHERE {compare.new_rows(staged)}",
        [staged.plan.source, staged.upload_id, (at := now()), at],
    )
    connection.execute(
        f"INSERT INTO history.changes SELECT ?, {record_id}, 1, 'insert', NULL, ?, {staged.number}, ?, ?, ?,"
        f" CASE WHEN {by_word} THEN {said} END, {act}"
        f" FROM {staged.rows} s WHERE {compare.new_rows(staged)}",
        [staged.dataset.name, staged.upload_id, actor.who, actor.door, at],
    )


def in_order(first: str) -> str:
    """SQL for the UUIDv7 of a staged row `s`: in the order of the file, after what came earlier.

    Time and twelve random bits of `first`, then the row's number, and thirty bits of its own.
    """
    head = first.replace("-", "")[:16]
    tail = "(s.rowid << 30) + (hash(s._id) & 1073741823)::BIGINT"
    return f"('{head}' || to_hex(-9223372036854775808 + {tail}))::UUID"


def _update(
    connection: duckdb.DuckDBPyConnection, staged: Staged, actor: Actor, act: int, *, typed: bool
) -> None:
    found = of(staged)
    at, live = now(), table(staged.dataset)
    few = compare.gathered(connection, staged)
    by_word = "true" if typed else told.by_word(connection, staged)
    joined = (
        f'{staged.matches} x JOIN {told.rows(connection, staged)} s ON s.rowid = x."row"'
        f" JOIN {staged.met if few else live} m ON m.record_id = x.record_id WHERE NOT ({unchanged(found)})"
    )
    connection.execute(
        "INSERT INTO history.changes SELECT ?, m.record_id, m._version + 1, 'update',"
        f" {before(found)}, ?, {staged.number}, ?, ?, ?, CASE WHEN {by_word} THEN {after(found)} END, {act} FROM {joined}",
        [staged.dataset.name, staged.upload_id, actor.who, actor.door, at],
    )
    merged = ", ".join(
        f"CASE WHEN {m.flag} THEN {m.merged} ELSE m.{ident(m.name)} END AS {ident(m.name)}"
        for m in found
    )
    if few:
        # An UPDATE of lists is a deletion and an insertion to DuckDB, too, and would fetch the records
        # from among the others again. Of many records it is the cheaper one.
        gone = f"SELECT x.record_id FROM {joined}"
        connection.execute(f"DELETE FROM {live} WHERE record_id IN ({gone})")
        connection.execute(
            f"INSERT INTO {live} BY NAME SELECT m.* REPLACE ({merged}, m._version + 1 AS _version,"
            f" ?::UUID AS _upload_id, ?::TIMESTAMP AS _updated_at) FROM {joined}",
            [staged.upload_id, at],
        )
        return
    sets = ", ".join(f"{ident(m.name)} = y.{ident(m.name)}" for m in found)
    connection.execute(
        f"UPDATE {live} AS t SET {sets}, _version = t._version + 1,"
        f" _upload_id = ?::UUID, _updated_at = ?::TIMESTAMP"
        f" FROM (SELECT x.record_id, {merged} FROM {joined}) y"
        " WHERE t.record_id = y.record_id",
        [staged.upload_id, at],
    )


def whole(dataset_columns: dict[str, str], alias: str = "m") -> str:
    """SQL for the JSON of a whole record, its system columns included."""
    parts = ", ".join(
        f"{ident(n)} := {alias}.{ident(n)}" for n in dataset_columns if n != "record_id"
    )
    return f"to_json(struct_pack({parts}))::VARCHAR"


def _delete(connection: duckdb.DuckDBPyConnection, staged: Staged, actor: Actor, act: int) -> None:
    source = compare.source(staged)
    connection.execute(
        f"INSERT INTO history.changes SELECT ?, m.record_id, m._version + 1, 'delete',"
        f" {whole(stored(connection, staged.dataset))}, ?, NULL, ?, ?, ?, NULL, {act} FROM ({compare.absent(staged)}) m",
        [staged.dataset.name, staged.upload_id, actor.who, actor.door, now(), source],
    )
    connection.execute(
        f"DELETE FROM {table(staged.dataset)} WHERE record_id IN"
        " (SELECT record_id FROM history.changes WHERE upload_id = ? AND kind = 'delete')",
        [staged.upload_id],
    )
