"""The uploads table: one line per file that somebody brought, and per rollback."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

import duckdb
from pydantic import BaseModel, ConfigDict

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import InputError, MarqueeError, NotFound
from core.history.events import now
from core.cleaning.plan import Plan
from core.shown import table as html_table
from core.storage.ids import check_id, new_id

# The rules of reading and cleaning: one more whenever the same file and plan may give other values than before.
RULES = 14
KINDS = ("import", "rollback")
STATUSES = (
    *("received", "staged", "previewed", "importing", "imported"),
    *("rejected", "failed", "rolled_back", "cancelled"),
)
_COLUMNS = (
    "upload_id::VARCHAR, kind, dataset, filename, source, format, sha256, size, status, actor, door,"
    " created_at, finished_at, plan, reading, counts, data_version, target_id::VARCHAR, error"
)


class Counts(BaseModel):
    """Rows by what becomes of them; for a rollback, records by outcome."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    conflicting: int = 0
    rejected: int = 0
    deleted: int = 0
    reversed: int = 0
    kept: int = 0
    failed: int = 0


class Upload(BaseModel):
    """One file and its life. `kind` is import, or rollback with `target_id` the upload taken back."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    dataset: str
    filename: str
    source: str | None
    format: str | None
    sha256: str | None
    size: int | None
    status: str
    actor: str
    door: str
    created_at: datetime
    finished_at: datetime | None
    plan: Plan
    reading: dict[str, Any]
    counts: Counts
    data_version: int | None
    target_id: str | None
    error: dict[str, Any] | None

    def read_otherwise(self, dataset: Dataset) -> bool:
        """By older rules, or by another definition: reading its file again may give other values."""
        then = (self.reading.get("rules"), self.reading.get("definition"))
        return then != (RULES, dataset.meaning)

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        counts = [(k, v) for k, v in self.counts.model_dump().items() if v]
        return html_table(("rows", "how many"), counts, f"{self.filename}: {self.status}")

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """What somebody should look at although no row was refused: see core/ingest/doubts.py for what each says."""
        return list(self.reading.get("doubts", []))

    @property
    def open(self) -> bool:
        """Not yet imported, and still can be."""
        return self.status in ("received", "staged", "previewed")


def create(
    connection: duckdb.DuckDBPyConnection,
    *,
    kind: str,
    plan: Plan,
    filename: str,
    actor: Actor,
    sha256: str | None = None,
    size: int | None = None,
    status: str = "received",
    target_id: str | None = None,
) -> str:
    """Add a line; returns the new id."""
    upload_id = new_id()
    connection.execute(
        "INSERT INTO ops.uploads BY NAME SELECT ?::UUID AS upload_id, ? AS kind, ? AS dataset,"
        " ? AS filename, ? AS source, ? AS sha256, ? AS size, ? AS status, ? AS actor, ? AS door,"
        " ?::TIMESTAMP AS created_at, ? AS plan, '{}' AS reading, '{}' AS counts,"
        " ?::UUID AS target_id",
        [
            *(
                upload_id,
                kind,
                plan.dataset,
                filename,
                plan.source or filename,
                sha256,
                size,
                status,
            ),
            *(actor.who, actor.door, now(), plan.model_dump_json(), target_id),
        ],
    )
    return upload_id


class Columns(TypedDict, total=False):
    """The columns of a line that change."""

    status: str
    plan: Plan
    reading: Mapping[str, Any]
    counts: Counts
    data_version: int
    format: str
    finished_at: datetime
    error: MarqueeError | None


def update(
    connection: duckdb.DuckDBPyConnection, upload_id: str, **columns: Unpack[Columns]
) -> None:
    """Set columns of one line."""
    values: dict[str, Any] = dict(columns)
    for name, value in columns.items():
        if isinstance(value, MarqueeError):
            values[name] = json.dumps(value.as_dict(), ensure_ascii=False, default=str)
        elif isinstance(value, BaseModel):
            values[name] = value.model_dump_json()
        elif isinstance(value, Mapping):
            values[name] = json.dumps(value, ensure_ascii=False, default=str)
    # The names are keyword arguments of our own code, never of a user.
    assignments = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE ops.uploads SET {assignments} WHERE upload_id = ?", [*values.values(), upload_id]
    )


def get(connection: duckdb.DuckDBPyConnection, upload_id: str) -> Upload:
    """One upload. Raises NotFound."""
    wanted = check_id(upload_id, "upload")
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.uploads WHERE upload_id = ?", [wanted]
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no upload {upload_id!r}")
    return _upload(row)


def of_ids(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[Upload]:
    """Those of these uploads that there are, in no order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.uploads WHERE list_contains(?::VARCHAR[], upload_id::VARCHAR)",
        [list(ids)],
    ).fetchall()
    return [_upload(row) for row in rows]


def redirect(connection: duckdb.DuckDBPyConnection, upload_id: str, plan: Plan) -> None:
    """The upload is for the dataset of this plan now; what was found by the former one is forgotten."""
    connection.execute(
        "UPDATE ops.uploads SET dataset = ?, plan = ?, status = 'received', counts = '{}', data_version = NULL,"
        " error = NULL WHERE upload_id = ?",
        [plan.dataset, plan.model_dump_json(), upload_id],
    )
    for table in ("plan_changes", "problems"):
        connection.execute(f"DELETE FROM ops.{table} WHERE upload_id = ?", [upload_id])


def find(
    connection: duckdb.DuckDBPyConnection,
    *,
    dataset: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    sha256: str | None = None,
    target_id: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Upload]:
    """Uploads, the newest first."""
    if target_id is not None:
        target_id = check_id(target_id, "upload")
    if status is not None and status not in STATUSES:
        raise InputError(
            f"there is no status {status!r}", hint=f"There are: {', '.join(STATUSES)}."
        )
    if kind is not None and kind not in KINDS:
        raise InputError(f"there is no kind {kind!r}", hint=f"There are: {', '.join(KINDS)}.")
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.uploads WHERE (?1 IS NULL OR dataset = ?1)"
        " AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR kind = ?3)"
        " AND (?4 IS NULL OR sha256 = ?4) AND (?5 IS NULL OR target_id = ?5::UUID)"
        " ORDER BY created_at DESC, upload_id DESC LIMIT ?6 OFFSET ?7",
        [dataset, status, kind, sha256, target_id, limit, offset],
    ).fetchall()
    return [_upload(row) for row in rows]


def count(
    connection: duckdb.DuckDBPyConnection,
    *,
    dataset: str | None = None,
    status: str | None = None,
    kind: str | None = None,
) -> int:
    """How many uploads fit."""
    row = connection.execute(
        "SELECT count(*) FROM ops.uploads WHERE (?1 IS NULL OR dataset = ?1)"
        " AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR kind = ?3)",
        [dataset, status, kind],
    ).fetchone()
    return int(row[0]) if row else 0


def _upload(row: tuple[Any, ...]) -> Upload:
    names = list(Upload.model_fields)
    data = dict(zip(names, row))
    data["plan"] = Plan.model_validate_json(data["plan"])
    data["reading"] = json.loads(data["reading"] or "{}")
    data["counts"] = Counts.model_validate_json(data["counts"] or "{}")
    data["error"] = json.loads(data["error"]) if data["error"] else None
    return Upload(**data)


def reopen_interrupted(connection: duckdb.DuckDBPyConnection) -> None:
    """At start: what was importing without a job that goes on is open again; nothing of it was written.

    Runs after the jobs were looked at: one that is given up leaves its upload open.
    """
    connection.execute(
        "UPDATE ops.uploads SET status = CASE WHEN data_version IS NULL THEN 'received' ELSE 'previewed'"
        " END WHERE status = 'importing' AND upload_id NOT IN"
        " (SELECT upload_id FROM ops.jobs WHERE status IN ('queued', 'running'))"
    )


def remembered(
    connection: duckdb.DuckDBPyConnection, dataset: str, headers_hash: str
) -> dict[str | int, str | None] | None:
    """The confirmed mapping of an earlier file with the same headers: index to field, extra or None."""
    row = connection.execute(
        "SELECT mapping FROM ops.mappings WHERE dataset = ? AND headers_hash = ?",
        [dataset, headers_hash],
    ).fetchone()
    return {int(k): v for k, v in json.loads(row[0]).items()} if row else None


def remember(
    connection: duckdb.DuckDBPyConnection, dataset: str, headers_hash: str, plan: Plan
) -> None:
    """Keep a confirmed mapping; the newest wins."""
    connection.execute(
        "DELETE FROM ops.mappings WHERE dataset = ? AND headers_hash = ?", [dataset, headers_hash]
    )
    mapping = {c.index: c.choice for c in plan.mapping}
    connection.execute(
        "INSERT INTO ops.mappings VALUES (?, ?, ?, NULL, ?)",
        [dataset, headers_hash, json.dumps(mapping), now()],
    )
