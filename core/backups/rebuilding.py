"""The database from nothing: raw files and history together make every record again.

What is taken over as it is: the history, the uploads with their plans, the ledger, the events (from the
database itself, or from a backup). What is made anew: every record table. A record begins as the row of
a file says, as somebody typed it, or as it was when it was deleted; then each field takes the value of
the last change that touched it. Nothing of the old record tables is looked at.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from core.backups import copying
from core.cleaning.compiler import key
from core.datasets import tables
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import NotFound, StorageError, Unsound
from core.files.store import raw_path
from core.history import walk
from core.history.walk import data_columns, decoded
from core.ingest import replay, uploads
from core.ingest.back.reversing import from_json
from core.ingest.corridor import Corridor
from core.ingest.replay import Replayed
from core.ingest.writing import keys
from core.integrity.files import sha256
from core.jobs.progress import Progress
from core.settings import Settings
from core.storage import sealing
from core.storage.duckfile import sealed, torn
from core.storage.duckfile.connecting import new_file
from core.storage.sql import ident, literal
from core.storage.store import Connection, transaction


def take_over(source: Path, target: Path, settings: Settings) -> None:
    """Copy everything but the records out of a database that nobody has open. Raises StorageError.

    What a crash left of a commit is cut off its log first, as whenever a database is opened.
    """
    hidden = bool(sealing.keys(settings))
    torn.mend(source, sealing.for_databases(settings))
    try:
        with new_file(target, settings) as connection:
            if hidden:
                sealed.attach(connection, source, settings, "old", more=", READ_ONLY")
            else:
                connection.execute(f"ATTACH {literal(str(source))} AS old (READ_ONLY)")
            connection.execute("BEGIN")
            for each in copying.shapes(connection, "old"):
                if each.schema_name == "main":
                    continue
                place = copying.name_of(each.schema_name, each.name)
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {ident(each.schema_name)}")
                connection.execute(f"CREATE TABLE {place} ({copying.declared(each, {})})")
                connection.execute(f"INSERT INTO {place} SELECT * FROM old.{place}")
            connection.execute("COMMIT")
    except duckdb.Error as error:
        target.unlink(missing_ok=True)
        raise StorageError(
            f"history and uploads cannot be read from {source}: {str(error).splitlines()[0]}",
            hint="Rebuild from a backup's history: python -m core rebuild --backup NAME --to FILE.",
        ) from error


def rebuild(corridor: Corridor, progress: Progress) -> dict[str, int]:
    """Make the record tables of a database that has everything else. Gives records per dataset.

    Raises NotFound for a raw file that is gone, Unsound for a value that nothing tells.
    """
    made = {}
    names = corridor.database.read(
        lambda c: c.execute(
            "SELECT name FROM ops.datasets UNION SELECT dataset FROM history.changes ORDER BY 1"
        ).fetchall()
    )
    for (name,) in names:
        dataset = corridor.registry.get(name)
        versions = corridor.database.read(lambda c: tables.data_version(c, name))
        corridor.database.write(lambda c: _empty(c, dataset, versions), transaction=False)
        progress.stage("reading the files again")
        made[name] = corridor.database.write(
            lambda c: _records(corridor, c, dataset, progress), transaction=False
        )
    return made


def _empty(connection: Connection, dataset: Dataset, version: int) -> None:
    connection.execute("DELETE FROM ops.datasets WHERE name = ?", [dataset.name])
    tables.ensure(connection, dataset)
    connection.execute(
        "UPDATE ops.datasets SET data_version = ?, keyed = ?, acts ="
        " (SELECT coalesce(max(act), 0) FROM history.changes WHERE dataset = ?) WHERE name = ?",
        [version, keys.signature(dataset), dataset.name, dataset.name],
    )


def _records(
    corridor: Corridor, connection: Connection, dataset: Dataset, progress: Progress
) -> int:
    walk.walk(connection, dataset, living=False)
    _lives(connection, dataset)
    try:
        with transaction(connection):
            _kept(connection, dataset)
            _typed(connection, dataset)
        for upload in replay.imported(connection, dataset.name):
            progress.check()
            with replay.staged_again(corridor, connection, upload, dataset) as replayed:
                replay.give(connection, replayed)
                with transaction(connection):
                    _inserted(connection, dataset, replayed)
        _complete(connection, dataset)
        with transaction(connection):
            _last_values(connection, dataset)
        row = connection.execute(f"SELECT count(*) FROM {table(dataset)}").fetchone()
        return int(row[0]) if row else 0
    finally:
        walk.forget(connection)
        connection.execute("DROP TABLE IF EXISTS temp.lives")


def _lives(connection: Connection, dataset: Dataset) -> None:
    """One line per living record: how its present life began, and its system columns."""
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE lives AS
        WITH mine AS (
            SELECT c.*, u.kind AS brought FROM history.changes c LEFT JOIN ops.uploads u USING (upload_id)
            WHERE c.dataset = {literal(dataset.name)}
        ), told AS (
            SELECT record_id, max(version) AS version, arg_max(kind, version) AS last_kind,
                   arg_max(version, version) FILTER (kind IN ('insert', 'restore')) AS began,
                   min(happened_at) FILTER (kind = 'insert') AS created_at,
                   arg_max(happened_at, version) AS updated_at,
                   arg_max(upload_id, version) FILTER (brought = 'import' AND kind IN ('insert', 'update'))
                       AS touched_by,
                   any_value(upload_id) FILTER (kind = 'insert') AS brought_by
            FROM mine GROUP BY record_id
        )
        SELECT told.*, b.kind, b.upload_id, b.row_no, b.after, d.before AS kept,
               u.plan ->> 'source' AS source
        FROM told JOIN mine b ON b.record_id = told.record_id AND b.version = told.began
        LEFT JOIN mine d ON d.record_id = told.record_id AND d.version = told.began - 1
        LEFT JOIN ops.uploads u ON u.upload_id = told.brought_by
        WHERE told.last_kind <> 'delete'""")


_SYSTEM = (
    "l.source AS _source, l.version AS _version, l.touched_by AS _upload_id,"
    " l.created_at AS _created_at, l.updated_at AS _updated_at"
)


def _insert(connection: Connection, dataset: Dataset, values: dict[str, str], source: str) -> None:
    columns = ", ".join(f"{value} AS {ident(name)}" for name, value in values.items())
    connection.execute(
        f"INSERT INTO {table(dataset)} BY NAME SELECT l.record_id, {columns}, {_SYSTEM} FROM {source}"
    )


def _kept(connection: Connection, dataset: Dataset) -> None:
    # A rollback may bring back other values than the deletion kept, and says which.
    told = "coalesce(l.after, l.kept)"
    values = {n: from_json(n, kind, told) for n, kind in data_columns(dataset).items()}
    values["_key"] = "NULL"  # the key may have changed since: `_typed` folds it
    _insert(connection, dataset, values, "lives l WHERE l.kind = 'restore'")


def _typed(connection: Connection, dataset: Dataset) -> None:
    values = {n: from_json(n, kind, "l.after") for n, kind in data_columns(dataset).items()}
    _insert(
        connection,
        dataset,
        {**values, "_key": "NULL"},
        "lives l WHERE l.kind = 'insert' AND l.after IS NOT NULL",
    )
    folded = key(dataset, dataset.field_names, prefix="")
    connection.execute(f"UPDATE {table(dataset)} SET _key = {folded} WHERE _key IS NULL")


def _inserted(connection: Connection, dataset: Dataset, replayed: Replayed) -> None:
    values = {n: replayed.value(n) for n in data_columns(dataset)}
    _insert(
        connection,
        dataset,
        {**values, "_key": "s._key"},
        f"lives l JOIN {replayed.staged.rows} s ON s.rowid = l.row_no - 1 WHERE l.kind = 'insert'"
        f" AND l.after IS NULL AND l.upload_id = {literal(replayed.upload.id)}::UUID",
    )


def _complete(connection: Connection, dataset: Dataset) -> None:
    """Every living record began, and every last change gave its value. Raises Unsound."""
    begun = connection.execute(
        f"SELECT list(record_id::VARCHAR) FROM lives ANTI JOIN {table(dataset)} USING (record_id)"
    ).fetchone()
    told = connection.execute(
        "SELECT list(record_id || ' ' || field) FROM touches ANTI JOIN gives"
        " USING (record_id, version, field) WHERE last AND ended IS NULL"
    ).fetchone()
    lost = [*((begun and begun[0]) or []), *((told and told[0]) or [])]
    if lost:
        raise Unsound(
            f"{len(lost)} records or values of {dataset.name} are told by no file and no change,"
            f" for example {lost[0]}",
            hint="They were edited before new values were kept. Restore a backup instead.",
        )


def _last_values(connection: Connection, dataset: Dataset) -> None:
    names = data_columns(dataset)
    values = ", ".join(
        f"CASE WHEN list_contains(o.fields, {literal(n)})"
        f" THEN {decoded(f'(o.news -> {literal(n)})', kind)} ELSE t.{ident(n)} END AS {ident(n)}"
        for n, kind in names.items()
    )
    sets = ", ".join(f"{ident(n)} = y.{ident(n)}" for n in names)
    connection.execute(f"""UPDATE {table(dataset)} AS m SET {sets} FROM (
        SELECT t.record_id, {values} FROM {table(dataset)} t JOIN (
            SELECT record_id, list(field) AS fields, json_group_object(field, given::JSON) AS news
            FROM touches JOIN gives USING (record_id, version, field)
            WHERE last AND ended IS NULL GROUP BY record_id) o USING (record_id)) y
        WHERE m.record_id = y.record_id""")
    keys = [literal(n) for n in (dataset.key.fields or dataset.field_names)]
    connection.execute(
        f"UPDATE {table(dataset)} SET _key = {key(dataset, dataset.field_names, prefix='')}"
        f" WHERE record_id IN (SELECT record_id FROM touches WHERE field IN ({', '.join(keys)}))"
    )


def must_have_files(corridor: Corridor) -> None:
    """Every file that a record comes from is there. Raises NotFound naming those that are not."""
    rows = corridor.database.read(
        lambda c: c.execute(
            "SELECT upload_id::VARCHAR FROM ops.uploads WHERE kind = 'import' AND upload_id IN"
            " (SELECT upload_id FROM history.changes)"
        ).fetchall()
    )
    found = [corridor.database.read(lambda c, i=i: uploads.get(c, i)) for (i,) in rows]  # type: ignore[misc]
    gone = [u for u in found if not _there(corridor, u.sha256)]
    if gone:
        raise NotFound(
            f"{len(gone)} raw files are gone or altered: {', '.join(u.filename for u in gone[:5])}",
            hint="Put them back from a backup: python -m core restore --backup NAME --files.",
        )


def _there(corridor: Corridor, sha: str | None) -> bool:
    path = raw_path(corridor.folder, sha or "")
    return path.is_file() and sha256(path) == sha
