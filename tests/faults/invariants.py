"""What must be true of an installation at any moment, a crash included: reckoned without Marquee's code.

`check(database, data)` looks at copies of the files, so that the app finds its own as the crash left
them. What it looks for, in words: nothing half, nothing doubled, nothing lost.

- The chain of events is whole, and ends where the note says.
- Every record's versions are 1, 2, 3, ... without a gap or a double; it is there exactly when its last
  change is no deletion, with the version of that change; what was deleted can only be restored.
- An upload is imported (or taken back) exactly when the ledger has its row, once; only such uploads
  have changes and quarantine, and as many as their counts say; no job that imported one says it failed.
- Every upload's raw file is there, with the bytes of its hash.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from core.storage.duckfile import torn

DONE = ("imported", "rolled_back")
Rows = list[tuple[Any, ...]]


@dataclass
class State:
    """What was found: broken promises in words, and the content for a comparison with a model."""

    faults: list[str] = field(default_factory=list)
    uploads: dict[str, dict[str, Any]] = field(
        default_factory=dict
    )  # by id: the line of ops.uploads
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by dataset
    jobs: list[dict[str, Any]] = field(default_factory=list)
    changes: int = 0
    events: int = 0


@contextmanager
def copied(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of the database as it lies there, its WAL included."""
    with tempfile.TemporaryDirectory(prefix="marquee-copy-") as folder:
        copy = Path(folder) / "copy.duckdb"
        shutil.copyfile(database, copy)
        wal = database.with_name(database.name + ".wal")
        if wal.exists():
            shutil.copyfile(wal, copy.with_name(copy.name + ".wal"))
        torn.mend(
            copy
        )  # what Marquee does before it opens a file; DuckDB alone shows half a commit
        with duckdb.connect(str(copy), config={"threads": 1}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection


def check(database: Path, data: Path, *, known: dict[str, int] | None = None) -> State:
    """Everything about the files of an app that does not run. `known`: hashes of raw files checked before."""
    with copied(database) as connection:
        state = look(connection)
    files(state, data, {} if known is None else known)
    return state


def look(connection: duckdb.DuckDBPyConnection, *, records: bool = True) -> State:
    """Everything about an open database, the raw files aside; without `records`, these aside too."""
    state = State()
    if "event_head" not in _tables(connection, "ops"):
        return state  # killed before its first migrations were over
    for line in _dicts(connection, "SELECT * FROM ops.uploads ORDER BY created_at"):
        line["counts"] = json.loads(line["counts"] or "{}")
        line["error"] = json.loads(line["error"]) if line["error"] else None
        state.uploads[line["upload_id"]] = line
    state.jobs = _dicts(connection, "SELECT * FROM ops.jobs ORDER BY created_at")
    _chain(connection, state)
    _ledger(connection, state)
    names = connection.execute("SELECT name FROM ops.datasets ORDER BY name").fetchall()
    for (name,) in names if records else ():
        state.records[name] = _dicts(connection, f'SELECT * FROM main."{name}"')
        _versions(connection, state, name)
    _counts(connection, state)
    _jobs(state)
    _orphans(connection, state)
    return state


def files(state: State, data: Path, known: dict[str, int]) -> None:
    """Every upload's bytes are there, by their hash."""
    for upload in state.uploads.values():
        sha = upload["sha256"]
        if upload["kind"] != "import":
            continue
        path = data / "raw" / sha[:2] / sha
        if not path.is_file():
            state.faults.append(f"the raw file of {upload['filename']} is gone")
        elif path.stat().st_size != upload["size"]:
            state.faults.append(f"the raw file of {upload['filename']} has another size")
        elif known.get(sha) != upload["size"]:
            if hashlib.sha256(path.read_bytes()).hexdigest() != sha:
                state.faults.append(f"the raw file of {upload['filename']} has other bytes")
            known[sha] = upload["size"]


# ------------------------------------------------------------------ the parts


def _dicts(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    ids = [n for n in names if n.endswith("_id")]
    rows = [dict(zip(names, row)) for row in cursor.fetchall()]
    for row in rows:
        row.update({n: str(row[n]) for n in ids if row[n] is not None})
    return rows


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = ?"
        " AND database_name = current_database()",
        [schema],
    ).fetchall()
    return {row[0] for row in rows}


def _chain(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    previous = "0" * 64
    rows = connection.execute(
        "SELECT seq, happened_at, kind, actor, door, dataset, upload_id::VARCHAR, record_id::VARCHAR,"
        " details, previous_hash, hash FROM ops.events ORDER BY seq"
    ).fetchall()
    for place, row in enumerate(rows, start=1):
        told = [row[0], row[1].isoformat(timespec="microseconds"), *row[2:10]]
        text = json.dumps(told, ensure_ascii=False)
        if row[0] != place or row[9] != previous:
            state.faults.append(f"the chain of events breaks at {place} (found {row[0]})")
            return
        if hashlib.sha256(text.encode()).hexdigest() != row[10]:
            state.faults.append(f"event {place} does not fit its hash")
            return
        previous = row[10]
    head = connection.execute("SELECT seq, hash FROM ops.event_head").fetchall()
    if head != [(len(rows), previous)]:
        state.faults.append(f"the note of the end says {head}, and there are {len(rows)} events")
    state.events = len(rows)


def _ledger(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    rows = connection.execute(
        "SELECT upload_id::VARCHAR, part, count(*) FROM ops.ledger GROUP BY ALL"
    ).fetchall()
    state.faults += [f"upload {i} part {p} is {n} times in the ledger" for i, p, n in rows if n > 1]
    written = {upload_id for upload_id, part, _ in rows if part == 0}
    for upload_id, line in state.uploads.items():
        if line["kind"] == "import" and (line["status"] in DONE) != (upload_id in written):
            words = "is" if upload_id in written else "is not"
            state.faults.append(
                f"{line['filename']} is {line['status']}, and {words} in the ledger"
            )
    state.faults += [
        f"the ledger knows {i}, the uploads do not" for i in written - set(state.uploads)
    ]


def _versions(connection: duckdb.DuckDBPyConnection, state: State, name: str) -> None:
    rows = connection.execute(
        "SELECT record_id::VARCHAR, list(version ORDER BY version), list(kind ORDER BY version)"
        " FROM history.changes WHERE dataset = ? GROUP BY record_id",
        [name],
    ).fetchall()
    present: dict[str, int] = {}
    for record in state.records[name]:
        if record["record_id"] in present:
            state.faults.append(f"{name} has record {record['record_id']} twice")
        present[record["record_id"]] = record["_version"]
    for record_id, versions, kinds in rows:
        state.changes += len(versions)
        if versions != list(range(1, len(versions) + 1)):
            state.faults.append(f"record {record_id} has the versions {versions}")
        if not _follow(kinds):
            state.faults.append(f"record {record_id} went through {kinds}")
        found = present.pop(record_id, None)
        expected = None if kinds[-1] == "delete" else versions[-1]
        if found != expected:
            state.faults.append(f"record {record_id} is at {found}, its history at {expected}")
    state.faults += [f"record {i} of {name} has no history" for i in present]


def _follow(kinds: list[str]) -> bool:
    there = False
    for kind in kinds:
        if (kind in ("insert", "restore")) == there:
            return False
        there = kind != "delete"
    return kinds[0] == "insert"


def _counts(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    rows = connection.execute(
        "SELECT upload_id::VARCHAR, kind, count(*) FROM history.changes"
        " WHERE upload_id IS NOT NULL GROUP BY ALL"
    ).fetchall()
    requeued = {
        row[0]
        for row in connection.execute(
            "SELECT upload_id::VARCHAR FROM ops.ledger WHERE part > 0"
        ).fetchall()
    }
    found: dict[str, dict[str, int]] = {}
    for upload_id, kind, number in rows:
        found.setdefault(upload_id, {})[kind] = number
    for upload_id, kinds in found.items():
        line = state.uploads.get(upload_id)
        if line is None or line["status"] not in DONE:
            state.faults.append(f"upload {upload_id} has changes and is {line and line['status']}")
    for upload_id, line in state.uploads.items():
        if line["kind"] != "import" or line["status"] not in DONE or upload_id in requeued:
            continue
        kinds, counts = found.get(upload_id, {}), line["counts"]
        for kind, name in (("insert", "new"), ("update", "changed"), ("delete", "deleted")):
            if kinds.get(kind, 0) != counts.get(name, 0):
                state.faults.append(
                    f"{line['filename']}: {counts.get(name, 0)} {name}, and the history has"
                    f" {kinds.get(kind, 0)}"
                )


def _jobs(state: State) -> None:
    for job in state.jobs:
        upload = state.uploads.get(job["upload_id"])
        if job["kind"] != "import" or upload is None or upload["status"] not in DONE:
            continue
        if job["status"] in ("failed", "cancelled") and job["started_at"] is not None:
            if job["started_at"] <= upload["finished_at"] <= job["finished_at"]:
                told = json.loads(job["error"] or "{}").get("detail")
                state.faults.append(
                    f"{upload['filename']} was imported, and its job says {job['status']}: {told}"
                )


def _orphans(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    for table in ("ops.quarantine", "ops.problems", "ops.jobs"):
        rows = connection.execute(
            f"SELECT DISTINCT upload_id::VARCHAR FROM {table} WHERE upload_id IS NOT NULL"
        ).fetchall()  # the job of a backup is no upload's
        for (upload_id,) in rows:
            if upload_id not in state.uploads:
                state.faults.append(f"{table} speaks of {upload_id}, which is no upload")
    rows = connection.execute("SELECT DISTINCT upload_id::VARCHAR FROM ops.quarantine").fetchall()
    for (upload_id,) in rows:
        if upload_id in state.uploads and state.uploads[upload_id]["status"] not in DONE:
            state.faults.append(f"rows of {upload_id} wait, and it was not imported")
