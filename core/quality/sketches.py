"""A sketch of what each import said, field by field: small, and comparable with that of another import.

A sketch has the same buckets whatever the data is (decades, quarters of powers of ten, Fibonacci lengths), so that two
of them are compared without their rows. It takes at most a few kilobytes a field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from core.datasets.model import Dataset, Field
from core.datasets.tables import table
from core.history.events import now
from core.ingest.corridor import Corridor
from core.quality.measures import column, present
from core.storage.sql import literal
from core.storage.store import Connection

TOP = 20
CUT = 80  # characters of a value
MOST = 20  # imports that are sketched in one round
LENGTHS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765)


@dataclass(frozen=True)
class Sketch:
    """One field of the records that an import brought, changed or met."""

    upload_id: str
    source: str
    field: str
    rows: int
    empty: int
    distinct: int
    top: dict[str, int]
    buckets: dict[str, int]


def catch_up(corridor: Corridor, dataset: Dataset) -> None:
    """Sketch imports that have none yet, the newest first."""
    with corridor.database.reader() as cursor:
        waiting = cursor.execute(
            "SELECT upload_id::VARCHAR, coalesce(json_extract_string(plan, '$.source'), '')"
            " FROM ops.uploads WHERE dataset = ? AND kind = 'import' AND status = 'imported'"
            " AND upload_id NOT IN (SELECT upload_id FROM ops.quality_sketches WHERE dataset = ?)"
            " ORDER BY finished_at DESC LIMIT ?",
            [dataset.name, dataset.name, MOST],
        ).fetchall()
        made = [s for upload, source in waiting for s in of_upload(cursor, dataset, upload, source)]
    if made:
        corridor.database.write(lambda c: _keep(c, dataset, made))


def _keep(connection: Connection, dataset: Dataset, made: Iterable[Sketch]) -> None:
    at = now()
    connection.executemany(
        "INSERT INTO ops.quality_sketches SELECT ?, ?::UUID, ?, ?, ?, ? WHERE NOT EXISTS"
        " (FROM ops.quality_sketches WHERE upload_id = ?::UUID AND field = ?)",
        [
            [
                *(dataset.name, s.upload_id, s.source, s.field, at),
                *(json.dumps(asdict(s), ensure_ascii=False), s.upload_id, s.field),
            ]
            for s in made
        ],
    )


def of_upload(cursor: Connection, dataset: Dataset, upload_id: str, source: str) -> list[Sketch]:
    """Sketches of all fields, in two statements."""
    own = f"upload_id = {literal(upload_id)}::UUID"
    among = (
        f"{table(dataset)} r WHERE r.record_id IN (SELECT record_id FROM history.changes WHERE {own}"
        f" UNION SELECT record_id FROM history.vouched WHERE {own})"
    )
    parts = []
    for field in dataset.fields:
        x, value = column(field.name), _value(field)
        parts += [
            f"count(*) FILTER (NOT ({present(field)}))",
            f"approx_count_distinct({x})",
            f"approx_top_k({value}, {TOP})",
            f"histogram({_bucket(field)})",
        ]
    row = cursor.execute(f"SELECT count(*), {', '.join(parts)} FROM {among}").fetchone() or (0,)
    rows, cells = int(row[0]), row[1:]
    tops = [
        [str(v) for v in cells[4 * i + 2] or [] if v is not None]
        for i in range(len(dataset.fields))
    ]
    counts = _tops(cursor, dataset, among, tops)
    return [
        Sketch(
            *(upload_id, source, field.name, rows, int(cells[4 * i]), int(cells[4 * i + 1])),
            dict(sorted(zip(tops[i], counts[i]), key=lambda pair: -pair[1])),
            {str(k): int(v) for k, v in (cells[4 * i + 3] or {}).items() if k is not None},
        )
        for i, field in enumerate(dataset.fields)
    ]


def _tops(
    cursor: Connection, dataset: Dataset, among: str, tops: list[list[str]]
) -> list[list[int]]:
    asked = [
        f"count(*) FILTER ({_value(field)} = {literal(value)})"
        for field, values in zip(dataset.fields, tops)
        for value in values
    ]
    row = (
        list(cursor.execute(f"SELECT {', '.join(asked)} FROM {among}").fetchone() or ())
        if asked
        else []
    )
    return [[int(row.pop(0)) for _ in values] for values in tops]


def _value(field: Field) -> str:
    x = column(field.name)
    text = f"array_to_string({x}, '; ')" if field.type == "list" else f"{x}::VARCHAR"
    return f"left({text}, {CUT})"


def _bucket(field: Field) -> str:
    """SQL for the bucket of a value; the buckets do not depend on the data."""
    x = column(field.name)
    if field.type == "date":
        year = f"try_cast(regexp_extract({x}, '^-?\\d{{1,6}}') AS INTEGER)"
        return f"(floor({year} / 10) * 10)::INTEGER"
    if field.type in ("integer", "number"):
        size = f"round(4 * log10(abs({x}) + 1)) / 4"
        return f"CASE WHEN isfinite({x}::DOUBLE) THEN sign({x}) * ({size}) END"
    if field.type == "boolean":
        return f"{x}::INTEGER"
    length = f"len({x})" if field.type == "list" else f"length({x})"
    return f"list_max(list_filter({literal([0, *LENGTHS])}, lambda n: n <= {length}))"


def load(cursor: Connection, dataset: str, upload_id: str) -> list[Sketch]:
    """The sketches of one import; empty when it has none."""
    rows = cursor.execute(
        "SELECT sketch FROM ops.quality_sketches WHERE dataset = ? AND upload_id = ?::UUID",
        [dataset, upload_id],
    ).fetchall()
    return [Sketch(**json.loads(row[0])) for row in rows]


def series(cursor: Connection, dataset: str, source: str | None = None) -> dict[str, list[Sketch]]:
    """Upload id to sketches, of imports that stand, the oldest first."""
    rows = cursor.execute(
        "SELECT s.sketch FROM ops.quality_sketches s JOIN ops.uploads u USING (upload_id)"
        " WHERE s.dataset = ? AND (? IS NULL OR s.source = ?) AND u.status = 'imported'"
        " ORDER BY u.finished_at, s.field",
        [dataset, source, source],
    ).fetchall()
    found: dict[str, list[Sketch]] = {}
    for (text,) in rows:
        sketch = Sketch(**json.loads(text))
        found.setdefault(sketch.upload_id, []).append(sketch)
    return found
