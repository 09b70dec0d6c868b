"""What of a person is in the tables, taken out; lines, ids and order stay, so that history and audit trail hold."""

from __future__ import annotations

import json

from core.datasets.model import Dataset
from core.datasets.tables import bump, kept
from core.files.store import RawFile
from core.ingest import uploads
from core.ingest.recipes import undoing
from core.privacy import ledger
from core.privacy.finding import FileRows
from core.storage import catalog, keeping
from core.storage.sql import ident, literal
from core.storage.store import Connection, Store

SIGN = "•••"
# What defines the work rather than telling of people, and what is a chain.
KEPT = frozenset(
    "events event_head migrations datasets recipes quality_expectations forgotten schedules".split()
)


def history(
    connection: Connection, dataset: Dataset, record_id: str, secret: bytes, done: dict[str, int]
) -> dict[str, str]:
    """Its values leave the history; gives a keyed digest of what each version said."""
    rows = connection.execute(
        "SELECT version, before, after FROM history.changes WHERE dataset = ? AND record_id = ?::UUID",
        [dataset.name, record_id],
    ).fetchall()
    digests = {
        str(v): ledger.digest(secret, json.dumps([before, after])) for v, before, after in rows
    }
    connection.execute(
        "UPDATE history.changes SET before = CASE WHEN before IS NULL THEN NULL ELSE '{}' END,"
        " after = CASE WHEN after IS NULL THEN NULL ELSE '{}' END WHERE dataset = ? AND record_id = ?::UUID",
        [dataset.name, record_id],
    )
    connection.execute(
        "UPDATE history.vouched SET said = NULL WHERE dataset = ? AND record_id = ?::UUID",
        [dataset.name, record_id],
    )
    bump(connection, dataset.name)
    done["versions"] = len(rows)
    return digests


def upload(
    connection: Connection, found: FileRows, raw: RawFile | None, done: dict[str, int]
) -> None:
    """The upload gets its new raw file (None: none at all), and nothing is kept of the rows elsewhere."""
    _leave_out(connection, found)
    given = [raw.sha256, raw.size] if raw else [None, None]
    connection.execute(
        "UPDATE ops.uploads SET sha256 = ?, size = coalesce(?, size) WHERE sha256 = ?",
        [*given, found.upload.sha256],
    )
    about = [found.upload.id, list(found.rows)]
    rows = connection.execute(
        "UPDATE ops.quarantine SET cells = list_transform(cells, lambda c: ''), status = 'discarded'"
        " WHERE upload_id = ?::UUID AND list_contains(?::BIGINT[], row_no) RETURNING row_no",
        about,
    ).fetchall()
    connection.execute(
        "UPDATE ops.fixes SET found = '', text = '' WHERE upload_id = ?::UUID AND list_contains(?::BIGINT[], row_no)",
        about,
    )
    values = {v for cells in found.cells for v in cells.values() if len(v.strip()) > 1}
    for value in values:
        for shown in {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}:
            connection.execute(
                "UPDATE ops.problems SET examples = '[]', found = '[]' WHERE upload_id = ?::UUID"
                " AND (contains(coalesce(examples, ''), ?) OR contains(coalesce(found, ''), ?))",
                [found.upload.id, shown, shown],
            )
    done["quarantined"] = done.get("quarantined", 0) + len(rows)
    done["file_rows"] = done.get("file_rows", 0) + len(found.rows)


def _leave_out(connection: Connection, found: FileRows) -> None:
    """What is left of the rows in the new file never becomes a record, of no upload that is not imported yet."""
    plan = found.upload.plan
    same = connection.execute(
        "SELECT upload_id::VARCHAR FROM ops.uploads WHERE kind = 'import' AND (upload_id = ?::UUID OR sha256 = ?)"
        " AND status NOT IN ('imported', 'rolled_back')",
        [found.upload.id, found.upload.sha256],
    ).fetchall()
    for (upload_id,) in same:
        other = uploads.get(connection, upload_id).plan
        if (other.reading, other.table_steps) == (plan.reading, plan.table_steps):
            rows = tuple(sorted({*other.forgotten, *found.rows}))
            uploads.update(connection, upload_id, plan=other.model_copy(update={"forgotten": rows}))
            undoing.forget(connection, upload_id)  # the plans before would let them in


def decisions(connection: Connection, record_id: str, secret: bytes, done: dict[str, int]) -> None:
    """Decisions on duplicates keep their verdict under digests; what was computed of the record goes."""
    count = 0
    for name, keys, where in (
        ("match_decisions", ("left_key", "right_key"), "$1::UUID IN (left_id, right_id)"),
        ("match_arrivals", ("row_key", "other_key"), "record_id = $1::UUID"),
    ):
        for decision, *said in connection.execute(
            f"SELECT decision_id::VARCHAR, {', '.join(keys)} FROM history.{name} WHERE {where}",
            [record_id],
        ).fetchall():
            hidden = [None if text is None else ledger.digest(secret, text) for text in said]
            connection.execute(
                f"UPDATE history.{name} SET {keys[0]} = ?, {keys[1]} = ?, note = NULL"
                " WHERE decision_id::VARCHAR = ?",
                [*hidden, decision],
            )
            count += 1
    for name, where in (
        ("match_pairs", "$1::UUID IN (left_id, right_id)"),
        ("match_claims", "$1::UUID IN (left_id, right_id)"),
        ("match_index", "record_id = $1::UUID"),
        ("search_members", "record_id = $1::UUID"),
        ("search_events", "object_id = $1::UUID"),
    ):
        connection.execute(f"DELETE FROM ops.{name} WHERE {where}", [record_id])
    done["decisions"] = count


def texts(connection: Connection, names: tuple[str, ...], done: dict[str, int]) -> None:
    """Every text of the workbench's own tables that names the person: samples, searches, messages, kept answers."""
    connection.execute("DELETE FROM ops.access_answers")
    shown = {
        form
        for name in names
        for form in (name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1])
    }
    count = 0
    for shape in catalog.shapes(connection, ("ops",)):
        if shape.name in KEPT or shape.name.startswith("access_"):
            continue
        for column, kind in shape.columns.items():
            if kind not in ("VARCHAR", "VARCHAR[]"):
                continue
            place, name = f"ops.{ident(shape.name)}", ident(column)
            for text in sorted(shown, key=len, reverse=True):
                if kind == "VARCHAR":
                    sql = f"UPDATE {place} SET {name} = replace({name}, $1, $2) WHERE contains({name}, $1) RETURNING 1"
                else:
                    sql = (
                        f"UPDATE {place} SET {name} = list_transform({name}, lambda i: replace(i, $1, $2))"
                        f" WHERE len(list_filter({name}, lambda i: contains(i, $1))) > 0 RETURNING 1"
                    )
                count += len(connection.execute(sql, [text, SIGN]).fetchall())
    done["texts"] = count


def blocks(database: Store, dataset: Dataset) -> None:
    """What was taken out leaves the file itself: tables that had it are written anew, and free blocks overwritten.

    A removed row stays in its block until that is written again, and a block that is free keeps its bytes.
    """

    def anew(connection: Connection) -> None:
        connection.execute("CHECKPOINT")
        wanted = ["history.changes", "history.vouched", "history.match_decisions"]
        wanted += ["history.match_arrivals"]
        wanted += [
            f"ops.{s.name}" for s in catalog.shapes(connection, ("ops",)) if s.name not in KEPT
        ]
        for name in wanted:
            _write_anew(connection, name)
        _write_anew(connection, f"main.{dataset.name}", dataset)
        for _ in range(2):  # what a checkpoint frees is free for others from the next one on
            _overwrite_free(connection)

    database.write(anew, transaction=False, name="forget")


def _overwrite_free(connection: Connection) -> None:
    """Fill every free block with noise, and give it back."""
    connection.execute("CREATE OR REPLACE TABLE ops.blank AS SELECT 1 AS a")
    connection.execute("CHECKPOINT")
    connection.execute("DROP TABLE ops.blank")
    connection.execute("FORCE CHECKPOINT")
    row = connection.execute("PRAGMA database_size").fetchone()
    free = int(row[2] * row[5]) if row else 0  # bytes of a block, free blocks
    connection.execute(
        "CREATE TABLE ops.blank AS SELECT md5(random()::VARCHAR || i) || md5(random()::VARCHAR) AS a,"
        " hash(random()) AS b, hash(random(), i) AS c"
        f" FROM range({free // 40 + 50_000}) t(i)"
    )
    connection.execute("CHECKPOINT")
    connection.execute("DROP TABLE ops.blank")
    connection.execute("CHECKPOINT")


def _write_anew(connection: Connection, name: str, dataset: Dataset | None = None) -> None:
    schema, _, bare = name.partition(".")
    columns = catalog.columns(connection, schema, bare)
    fixed = keeping.OF_TABLES.get((schema, bare), {})
    body = ", ".join(
        f"{ident(n)} {kind}{kept(dataset, n) if dataset else fixed.get(n, '')}"
        for n, kind in columns.items()
    )
    new = f"{ident(schema)}.{ident(bare + '_anew')}"
    connection.execute("BEGIN")
    connection.execute(f"DROP TABLE IF EXISTS {new}")
    connection.execute(f"CREATE TABLE {new} ({body})")
    connection.execute(f"INSERT INTO {new} SELECT * FROM {ident(schema)}.{ident(bare)}")
    connection.execute(f"DROP TABLE {ident(schema)}.{ident(bare)}")
    connection.execute(f"ALTER TABLE {new} RENAME TO {ident(bare)}")
    connection.execute("COMMIT")


def named(connection: Connection, names: tuple[str, ...]) -> int:
    """How many events of the audit trail name the person in their details: these cannot be changed."""
    if not names:
        return 0
    parts = " OR ".join(f"contains(details, {literal(name)})" for name in names)
    row = connection.execute(f"SELECT count(*) FROM ops.events WHERE {parts}").fetchone()
    return int(row[0]) if row else 0
