"""What a preview promises: its counts, and a mark of what would become of every row and record.

Two previews with equal counts can still be two different imports: one record came and another went.
The mark tells them apart. It is kept with the upload, so it also holds across a restart.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

from core.errors import StalePreview
from core.ingest.rows import compare
from core.ingest.rows.merge import of, unchanged
from core.ingest.rows.staged import Staged
from core.ingest.uploads import Counts, Upload


@dataclass(frozen=True)
class Promise:
    """What somebody was shown. `mark` is None where only the counts were noted."""

    counts: Counts
    mark: str | None


def shown(upload: Upload) -> Promise | None:
    """What the newest preview of an upload said, or None when there was none."""
    if upload.data_version is None:
        return None
    return Promise(upload.counts, upload.reading.get("promise"))


def mark(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """A mark of the comparison: which row meets which record (and version, where it changes it),

    which rows are left out and why, which records go; and of the rules that decided it.
    """
    found = of(staged)
    bits = ", ".join(f"x._c{w}" for w in range(max(m.word for m in found) + 1))
    sums = [
        f'SELECT bit_xor(hash(x."row", x.record_id, {bits},'
        f" CASE WHEN {unchanged(found)} THEN 0 ELSE x.version END)) FROM {staged.matches} x",
        f'SELECT bit_xor(hash("row", rule)) FROM {staged.duplicates}',
    ]
    parts = [_one(cursor, sql, []) for sql in sums]
    if staged.plan.mode == "replace":
        gone = f"SELECT bit_xor(hash(record_id, _version)) FROM ({compare.absent(staged)})"
        parts.append(_one(cursor, gone, [compare.source(staged)]))
    # How bad rows are treated, who confirmed the mapping, and that deletions are meant is decided at the commit.
    plan = staged.plan.model_copy(update={"on_error": "quarantine", "confirmed": False})
    rules = (
        f"{staged.dataset.model_dump_json()}\n{plan.model_dump_json(exclude={'confirm_deletions'})}"
    )
    return "-".join([hashlib.sha256(rules.encode()).hexdigest()[:16], *parts])


def check(promised: Promise | None, now: Promise) -> None:
    """What is done is what was shown. Raises StalePreview."""
    if promised is None or promised == now:
        return
    if promised.counts != now.counts:
        raise StalePreview(
            f"shown were {promised.counts.new} new and {promised.counts.changed} changed rows; now it "
            f"would be {now.counts.new} new and {now.counts.changed} changed"
        )
    if promised.mark is not None:
        raise StalePreview(
            "the numbers are the same, but other records or other values would be changed"
        )


def _one(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[object]) -> str:
    row = cursor.execute(sql, parameters).fetchone()
    return f"{int(row[0] or 0):x}" if row else "0"
