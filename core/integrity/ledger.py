"""Uploads against the ledger, the history, the quarantine, the jobs and the events."""

from __future__ import annotations

import duckdb

from core.errors import ChainBroken
from core.history import events
from core.ingest.quarantine import WITHDRAWN
from core.integrity.findings import Finding
from core.integrity.rules import Rule, apply
from core.storage.sql import literal

_DONE = "('imported', 'rolled_back')"
# What was done to a dataset before it was deleted with its data has no rows any more.
_STANDS = (
    "e.seq > coalesce((SELECT max(r.seq) FROM ops.events r WHERE r.kind = 'dataset.removed'"
    " AND r.dataset = e.dataset), 0)"
)
_NAMED = "u.upload_id || ' ' || u.filename"
ROW_ENDS = ("new", "changed", "unchanged", "repeated", "conflicting", "rejected")

UPLOADS = (
    Rule(
        "upload_twice", "SELECT upload_id FROM ops.uploads GROUP BY upload_id HAVING count(*) > 1"
    ),
    Rule(
        "not_in_ledger",
        f"SELECT {_NAMED} FROM ops.uploads u WHERE kind = 'import' AND status IN {_DONE}"
        " AND upload_id NOT IN (SELECT upload_id FROM ops.ledger WHERE part = 0)",
    ),
    Rule(
        "ledger_without_import",
        "SELECT l.upload_id || ' part ' || l.part FROM ops.ledger l LEFT JOIN ops.uploads u USING (upload_id)"
        f" WHERE u.upload_id IS NULL OR u.kind <> 'import' OR u.status NOT IN {_DONE}",
    ),
    Rule(
        "ledger_twice",
        "SELECT upload_id FROM ops.ledger GROUP BY upload_id"
        " HAVING count(*) <> count(DISTINCT part) OR max(part) <> count(*) - 1",
    ),
    # A rollback counts records as reversed or kept; a record of which some fields were kept has a change, too.
    Rule(
        "counts_differ",
        f"""
        SELECT {_NAMED} || ': ' || CASE WHEN u.kind = 'import' THEN
                 'counted ' || new || ' new, ' || changed || ' changed, ' || deleted || ' deleted, and history has '
                 || inserts || ', ' || updates || ', ' || deletes
               ELSE 'counted ' || reversed || ' reversed, ' || kept || ' kept, and history has ' || n END
        FROM (SELECT *, coalesce((counts ->> 'new')::BIGINT, 0) AS new,
                     coalesce((counts ->> 'changed')::BIGINT, 0) AS changed,
                     coalesce((counts ->> 'deleted')::BIGINT, 0) AS deleted,
                     coalesce((counts ->> 'reversed')::BIGINT, 0) AS reversed,
                     coalesce((counts ->> 'kept')::BIGINT, 0) AS kept
              FROM ops.uploads WHERE status IN {_DONE}) u
        LEFT JOIN (SELECT upload_id, count(*) AS n, count(*) FILTER (kind = 'insert') AS inserts,
                          count(*) FILTER (kind = 'update') AS updates,
                          count(*) FILTER (kind = 'delete') AS deletes
                   FROM history.changes WHERE upload_id IS NOT NULL GROUP BY upload_id) h USING (upload_id)
        WHERE CASE WHEN u.kind = 'import' THEN new <> coalesce(inserts, 0) OR changed <> coalesce(updates, 0)
                        OR deleted <> coalesce(deletes, 0)
                   ELSE u.status = 'imported' AND coalesce(n, 0) NOT BETWEEN reversed AND reversed + kept END
        """,
    ),
    # Every row of a file comes to one of these ends. What was never imported has no counts to hold.
    Rule(
        "rows_uncounted",
        f"""
        SELECT {_NAMED} || ': ' || n || ' rows, and ' || told || ' are accounted for'
        FROM (SELECT upload_id, filename, coalesce((counts ->> 'rows')::BIGINT, 0) AS n,
                     {' + '.join(f"coalesce((counts ->> '{part}')::BIGINT, 0)" for part in ROW_ENDS)} AS told
              FROM ops.uploads WHERE kind = 'import' AND status IN {_DONE}) u
        WHERE n <> told
        """,
    ),
    # Numbered without gaps: whoever follows the feed has seen everything.
    Rule(
        "feed_broken",
        """
        SELECT dataset || ': acts up to ' || coalesce(acts, 0) || ', and the changes have ' || n || ' numbers up to '
            || highest || CASE WHEN bare THEN ', some have none' ELSE '' END
        FROM (SELECT d.name AS dataset, d.acts, count(DISTINCT c.act) AS n, coalesce(max(c.act), 0) AS highest,
                     coalesce(bool_or(c.act IS NULL AND c.dataset IS NOT NULL), false) AS bare
              FROM ops.datasets d LEFT JOIN history.changes c ON c.dataset = d.name GROUP BY ALL)
        WHERE n <> coalesce(acts, 0) OR highest <> coalesce(acts, 0) OR bare
        """,
    ),
    Rule(
        "no_rollback",
        f"SELECT {_NAMED} FROM ops.uploads u WHERE status = 'rolled_back' AND upload_id NOT IN"
        " (SELECT target_id FROM ops.uploads WHERE kind = 'rollback' AND status = 'imported'"
        "  AND target_id IS NOT NULL)",
    ),
    Rule(
        "no_target",
        f"SELECT {_NAMED} FROM ops.uploads u WHERE kind = 'rollback' AND (target_id IS NULL"
        " OR target_id NOT IN (SELECT upload_id FROM ops.uploads))",
    ),
    Rule(
        "change_without_upload",
        "SELECT upload_id || ': ' || count(*) || ' changes' FROM history.changes WHERE upload_id IS NOT NULL"
        " AND upload_id NOT IN (SELECT upload_id FROM ops.uploads)"
        " AND upload_id NOT IN (SELECT merge_id FROM history.merges) GROUP BY upload_id",
    ),
    Rule(
        "change_of_open_upload",
        f"SELECT {_NAMED} FROM ops.uploads u WHERE status NOT IN {_DONE}"
        " AND upload_id IN (SELECT upload_id FROM history.changes)",
    ),
    Rule(
        "stuck",
        f"SELECT {_NAMED} FROM ops.uploads u WHERE status = 'importing' AND upload_id NOT IN"
        " (SELECT upload_id FROM ops.jobs WHERE status IN ('queued', 'running') AND upload_id IS NOT NULL)",
    ),
)

QUARANTINE = (
    Rule(
        "quarantine_lost",
        "SELECT q.upload_id || ': ' || count(*) || ' rows' FROM ops.quarantine q"
        " LEFT JOIN ops.uploads u USING (upload_id) WHERE u.status IS DISTINCT FROM 'imported'"
        f" AND NOT (starts_with(q.status, {literal(WITHDRAWN)}) AND u.status IS NOT DISTINCT FROM 'rolled_back')"
        " GROUP BY q.upload_id",
    ),
    # Of an upload that was ever rolled back older versions of this program kept no rows.
    Rule(
        "quarantine_differs",
        f"""
        SELECT {_NAMED} || ': ' || coalesce(n, 0) || ' rows wait, counted were ' || wanted
        FROM (SELECT *, coalesce((counts ->> 'rejected')::BIGINT, 0)
                        + coalesce((counts ->> 'conflicting')::BIGINT, 0) AS wanted
              FROM ops.uploads WHERE kind = 'import' AND status = 'imported' AND upload_id NOT IN
              (SELECT target_id FROM ops.uploads WHERE target_id IS NOT NULL)) u
        LEFT JOIN (SELECT upload_id, count(*) AS n FROM ops.quarantine WHERE status IN ('waiting', 'discarded')
                   GROUP BY upload_id) q USING (upload_id)
        WHERE coalesce(n, 0) <> wanted
        """,
    ),
    Rule(
        "quarantine_differs",
        "SELECT upload_id || ' row ' || row_no || ' stands twice' FROM ops.quarantine"
        " GROUP BY upload_id, row_no HAVING count(*) > 1",
    ),
)

JOBS = (
    Rule(
        "job_lost",
        "SELECT job_id FROM ops.jobs WHERE upload_id IS NOT NULL"
        " AND upload_id NOT IN (SELECT upload_id FROM ops.uploads)",
    ),
    Rule(
        "job_differs",
        "SELECT job_id || ' of ' || u.filename FROM ops.jobs j JOIN ops.uploads u USING (upload_id)"
        f" WHERE j.kind = 'import' AND j.status = 'done' AND u.status NOT IN {_DONE}",
    ),
    Rule(
        "job_untrue",
        "SELECT job_id || ' of ' || u.filename FROM ops.jobs j JOIN ops.uploads u USING (upload_id)"
        f" WHERE j.kind = 'import' AND j.status IN ('failed', 'cancelled') AND u.status IN {_DONE}"
        " AND u.finished_at BETWEEN j.started_at AND j.finished_at",
    ),
)

EVENTS = (
    Rule(
        "no_event",
        f"""
        SELECT {_NAMED} FROM ops.uploads u WHERE kind = 'import' AND status IN {_DONE} AND upload_id NOT IN
        (SELECT upload_id FROM ops.events WHERE kind = 'upload.imported' AND upload_id IS NOT NULL)
        """,
    ),
    Rule(
        "no_event",
        f"""
        SELECT {_NAMED} || ' (rollback)' FROM ops.uploads u WHERE kind = 'rollback'
        AND upload_id::VARCHAR NOT IN (SELECT details ->> 'rollback_id' FROM ops.events
        WHERE kind = 'upload.rolled_back' AND json_valid(details))
        """,
    ),
    Rule(
        "event_of_nothing",
        f"""
        SELECT 'event ' || seq || ': ' || e.kind FROM ops.events e LEFT JOIN ops.uploads u
        ON u.upload_id = e.upload_id WHERE e.kind IN ('upload.imported', 'upload.rolled_back')
        AND coalesce(u.status, '') NOT IN {_DONE} AND {_STANDS}
        """,
    ),
    # By hand: one event for every change, no more and no fewer.
    Rule(
        "no_event",
        f"""
        SELECT coalesce(h.record_id, e.record_id) || ': ' || coalesce(h.n, 0) || ' changes by hand, '
               || coalesce(e.n, 0) || ' events'
        FROM (SELECT record_id, count(*) AS n FROM history.changes WHERE upload_id IS NULL GROUP BY ALL) h
        FULL JOIN (SELECT record_id, count(*) AS n FROM ops.events e
                   WHERE {_STANDS} AND kind IN ('record.edited', 'record.deleted', 'record.restored') GROUP BY ALL) e
        ON h.record_id = e.record_id WHERE coalesce(h.n, 0) <> coalesce(e.n, 0)
        """,
    ),
)


def check(cursor: duckdb.DuckDBPyConnection) -> list[Finding]:
    """What is wrong between uploads, ledger, history, quarantine, jobs and events."""
    return [
        *apply(cursor, UPLOADS, "uploads"),
        *apply(cursor, QUARANTINE, "quarantine"),
        *apply(cursor, JOBS, "jobs"),
        *_chain(cursor),
        *apply(cursor, EVENTS, "events"),
    ]


def _chain(cursor: duckdb.DuckDBPyConnection) -> list[Finding]:
    try:
        events.verify(cursor)
    except ChainBroken as error:
        return [Finding("chain_broken", "events", 1, (error.detail,))]
    except ValueError as error:  # details that are no JSON any more
        return [Finding("chain_broken", "events", 1, (str(error),))]
    return []
