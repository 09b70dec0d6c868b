"""What is taken back is gone, what stands is there: the statuses, and the records of imports that were taken back."""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.ingest.back import standing
from core.ingest.merges.standing import standing as merged
from core.integrity.findings import EXAMPLES, Finding
from core.integrity.rules import Rule, apply
from core.storage.sql import literal


def statuses(cursor: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Uploads and rollbacks whose status is not what the rollbacks of them make it."""
    names = cursor.execute("SELECT DISTINCT dataset FROM ops.uploads").fetchall()
    bad = []
    for (name,) in names:
        stands = standing.load(cursor, name).standing()
        rows = cursor.execute(
            "SELECT upload_id::VARCHAR, filename, status FROM ops.uploads WHERE dataset = ?"
            " AND status IN ('imported', 'rolled_back')",
            [name],
        ).fetchall()
        for upload_id, filename, status in rows:
            true = "imported" if stands.get(upload_id, True) else "rolled_back"
            if upload_id in stands and status != true:
                bad.append(f"{upload_id} {filename}: {status}, and should be {true}")
    return [Finding("status_untrue", "uploads", len(bad), tuple(bad[:EXAMPLES]))] if bad else []


def records(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[Finding]:
    """Records that are there though nobody who stands vouches for them, and the other way round."""
    acts = standing.load(cursor, dataset.name)
    if not acts.targets:
        return []
    return apply(cursor, _rules(dataset, acts), dataset.name)


def _rules(dataset: Dataset, acts: standing.Acts) -> tuple[Rule, ...]:
    m, mine = table(dataset), f"dataset = {literal(dataset.name)}"
    roots = ", ".join(literal(r) for r in sorted(acts.roots()))
    fallen = ", ".join(literal(r) for r in acts.fallen()) or "NULL"  # which nothing is in
    alive = f"""WITH scope AS (
            SELECT record_id FROM history.changes WHERE {mine} AND upload_id IN ({roots})
            UNION SELECT record_id FROM history.vouched WHERE {mine} AND upload_id IN ({roots})
        ), said AS (
            SELECT record_id, version, kind, upload_id FROM history.changes SEMI JOIN scope USING (record_id)
            WHERE {mine} AND (upload_id IS NULL OR upload_id IN
                (SELECT upload_id FROM ops.uploads WHERE kind = 'import'))
            UNION ALL
            SELECT record_id, version, 'row', upload_id FROM history.vouched SEMI JOIN scope USING (record_id)
            WHERE {mine}
        ), alive AS (
            SELECT record_id, coalesce(max(version) FILTER (kind <> 'delete')
                   > coalesce(max(version) FILTER (kind = 'delete'), 0), false) AS alive
            FROM said WHERE NOT coalesce(upload_id IN ({fallen}), false) GROUP BY record_id
        )"""
    # One that another record with its key was in the way of did not come back: its import counted it as failed.
    failed = f"""SELECT record_id FROM (
            SELECT record_id, upload_id FROM history.changes WHERE {mine} UNION ALL
            SELECT record_id, upload_id FROM history.vouched WHERE {mine}
        ) WHERE upload_id IN (SELECT upload_id FROM ops.uploads
            WHERE kind = 'import' AND coalesce((counts ->> 'failed')::BIGINT, 0) > 0)"""
    free = f"""SELECT c.record_id FROM history.changes c JOIN ops.uploads u ON u.upload_id = c.upload_id
        WHERE c.{mine} AND c.kind = 'delete' AND u.kind = 'rollback' AND json_valid(c.before)
        AND (c.record_id, c.version) IN
            (SELECT (record_id, max(version)) FROM history.changes WHERE {mine} GROUP BY record_id)
        AND (c.before ->> '_key') NOT IN (SELECT _key FROM {m} WHERE _key IS NOT NULL)"""
    return (
        Rule(
            "standing_untrue",
            f"{alive} SELECT record_id || ' is gone, and an import of it stands' FROM alive"
            f" ANTI JOIN {m} USING (record_id) WHERE alive AND record_id IN ({free})"
            f" AND record_id NOT IN ({failed})"
            f" AND record_id NOT IN (SELECT absorbed_id FROM ({merged(dataset.name)}))",
        ),
        Rule(
            "standing_untrue",
            f"{alive} SELECT m.record_id || ' is there, and every import of it is taken back'"
            f" FROM {m} m JOIN scope USING (record_id) LEFT JOIN alive a ON a.record_id = m.record_id"
            " WHERE NOT coalesce(a.alive, false)",
        ),
    )
