"""What somebody decides in the preview: which rows come in, as whom, and what stays as it is.

It is part of the plan, so it can be undone, and the file stays as it is. Only the comparison is made anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb

from core.actor import Actor
from core.errors import InputError, NotFound, TooManyRows
from core.ingest import drafting, previewing, problems
from core.ingest.corridor import Corridor
from core.ingest.preview import Outcome, Preview
from core.ingest.rows import chosen, compare
from core.ingest.rows.chosen import LEAVE, NEW
from core.ingest.rows.merge import of, unchanged
from core.ingest.rows.staged import Staged, has, row_count
from core.storage.sql import ident

COUNTS = "counts"  # what is decided of a row that counts instead of another one of the file
MOST = 20_000  # rows that are decided in one upload
SHOWN = 20  # records that a row may be
Sweeping = Literal["leave", "new", "first", "last"]
SWEEPING: dict[Sweeping, str] = {
    "leave": "Leave them out",
    "new": "Make records of their own",
    "first": "Of several rows for one record, the first counts",
    "last": "Of several rows for one record, the last counts",
}


@dataclass(frozen=True)
class Candidate:
    """A record that a row may be, with the value that tells the records of one key apart."""

    record_id: str
    title: str | None
    apart: str | None


@dataclass(frozen=True)
class Conflict:
    """A row that could mean several: what is unclear, and who it may be."""

    row: int
    line: int | None
    title: str | None
    rule: str
    why: str
    apart: str | None
    records: tuple[Candidate, ...]


def decide(
    corridor: Corridor, upload_id: str, rows: Mapping[int, str | None], actor: Actor
) -> Preview:
    """Decide of rows (from 1): `leave`, `new`, the id of the record that it is, `counts`, or None to withdraw it.

    `counts`: of several rows of the file that are one record, this one stands for all.
    Raises InputError for another word, NotFound for a row that is not there, TooManyRows.
    """
    plan, most = corridor.upload(upload_id).plan, _rows(corridor, upload_id)
    for row, choice in rows.items():
        if not 1 <= row <= most:
            raise NotFound(f"there is no row {row:,}: the file has {most:,}")
        _must_be_choice(choice)
    turned = [r for r, c in rows.items() if c == COUNTS]
    others = _rivals(corridor, upload_id, turned) if turned else set()
    preferred = [r for r in plan.preferred if r not in rows and r not in others] + turned
    left = {r: c for r, c in plan.decided.items() if r not in rows}
    decided = left | {r: c for r, c in rows.items() if c not in (None, COUNTS)}
    return _put(corridor, upload_id, actor, decided=decided, preferred=tuple(preferred))


def sweep(
    corridor: Corridor, upload_id: str, outcome: Outcome, choice: Sweeping | None, actor: Actor
) -> Preview:
    """Decide of all rows with an outcome at once: new, changed, conflicting, or repeated, of which the first or last row
    of each record counts. None withdraws every decision.
    """
    if choice is None:
        return _put(corridor, upload_id, actor, decided={}, preferred=())
    found = previewing.staged(corridor, upload_id, lambda c, s: _of(c, s, outcome, choice))
    if len(found) > MOST:
        hint = "Drop a column, keep a field as it is, or filter rows by a step of the recipe first."
        raise TooManyRows(f"{len(found):,} rows, and {MOST:,} can be decided at once", hint=hint)
    return decide(corridor, upload_id, found, actor)


def keep(
    corridor: Corridor,
    upload_id: str,
    actor: Actor,
    *,
    fields: Iterable[str] | None = None,
    records: Iterable[str] | None = None,
) -> Preview:
    """Records that are there keep what they have in `fields`; `records` are not deleted. None changes nothing."""
    upload = corridor.upload(upload_id)
    known = {*corridor.registry.get(upload.dataset).field_names, "_extra"}
    given = tuple(dict.fromkeys(fields)) if fields is not None else upload.plan.kept_fields
    for name in given:
        if name not in known:
            raise NotFound(f"there is no field {name!r}", hint=f"There are: {', '.join(known)}.")
    kept = tuple(dict.fromkeys(records)) if records is not None else upload.plan.kept_records
    for record in kept:
        _must_be_record(record)
    return _put(corridor, upload_id, actor, kept_fields=given, kept_records=kept)


def conflicts(
    corridor: Corridor, upload_id: str, *, limit: int = 50, offset: int = 0
) -> list[Conflict]:
    """Rows that could mean several records, in the order of the file, with those records."""
    found: list[Conflict] = previewing.staged(
        corridor, upload_id, lambda c, s: _conflicts(c, s, limit, offset)
    )
    return found


def count_conflicts(corridor: Corridor, upload_id: str) -> int:
    """How many rows `conflicts` gives, page by page."""
    return int(previewing.staged(corridor, upload_id, _count_conflicts))


def fields(corridor: Corridor, upload_id: str) -> dict[str, int]:
    """Field to how many records would get another value in it; those that would not are left out."""
    found: dict[str, int] = previewing.staged(corridor, upload_id, _fields)
    return found


# ------------------------------------------------------------------ parts


def _must_be_choice(choice: str | None) -> None:
    if choice in (None, LEAVE, NEW, COUNTS):
        return
    if not _is_id(str(choice)):
        hint = f"It is {LEAVE}, {NEW}, {COUNTS}, or the id of a record."
        raise InputError(f"a row cannot be decided as {choice!r}", hint=hint)


def _must_be_record(record: str) -> None:
    if not _is_id(record):
        hint = "The preview lists the records that would be deleted, with their ids."
        raise InputError(f"{record!r} is not the id of a record", hint=hint)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _rows(corridor: Corridor, upload_id: str) -> int:
    return int(previewing.staged(corridor, upload_id, lambda c, s: row_count(c, s.rows)))


def _put(corridor: Corridor, upload_id: str, actor: Actor, **changes: object) -> Preview:
    decided = changes.get("decided")
    preferred = changes.get("preferred", ())
    if isinstance(decided, dict) and isinstance(preferred, tuple):
        if (many := len(decided) + len(preferred)) > MOST:
            raise TooManyRows(f"{many:,} rows, and {MOST:,} can be decided in one upload")
    drafting.plan(corridor, upload_id, actor=actor, **changes)  # type: ignore[arg-type]
    return previewing.preview(corridor, upload_id)


def _rivals(corridor: Corridor, upload_id: str, turned: list[int]) -> set[int]:
    """The other rows (from 1) of the records that these rows are. Raises InputError for a row that is alone."""

    def ask(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[tuple[int, int]]:
        theirs = 'SELECT winner FROM alike WHERE "row" IN (SELECT unnest(?::BIGINT[]) - 1)'
        sql = f'{_alike(staged)} SELECT "row" + 1, winner FROM alike WHERE winner IN ({theirs})'
        return cursor.execute(sql, [turned]).fetchall()

    groups = dict(previewing.staged(corridor, upload_id, ask))
    for row in turned:
        if row not in groups:
            hint = "Rows that repeat another one, and those that stand for them, can be chosen."
            raise InputError(f"no other row of the file is the record of row {row:,}", hint=hint)
    if len({groups[r] for r in turned}) < len(turned):
        raise InputError("of the rows of one record, one counts", hint="Choose one of them.")
    return set(groups) - set(turned)


def _alike(staged: Staged) -> str:
    """WITH `alike`: (row, winner), both from 0, for every row of a record that has several in the file."""
    of_them = f"FROM {staged.duplicates} WHERE rule IN {compare.REPEATED}"
    return (
        f'WITH alike AS (SELECT "row", other AS winner {of_them}'
        f" UNION SELECT other, other {of_them})"
    )


def _of(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, outcome: Outcome, choice: Sweeping
) -> dict[int, str]:
    """The rows with an outcome, each with its choice."""
    d, m = staged.duplicates, staged.matches
    where = {
        "new": f"SELECT s.rowid FROM {staged.rows} s WHERE {compare.new_rows(staged)}",
        "changed": f'SELECT x."row" FROM {m} x WHERE NOT ({unchanged(of(staged))})',
        "conflicting": f'SELECT d."row" FROM {d} d WHERE rule IN {compare.CONFLICTING}',
    }.get(outcome)
    if outcome == "repeated" and choice in ("first", "last"):
        end = "min" if choice == "first" else "max"
        sql = f'{_alike(staged)} SELECT {end}("row") FROM alike GROUP BY winner LIMIT {MOST + 1}'
        return {int(r) + 1: COUNTS for (r,) in cursor.execute(sql).fetchall()}
    if where is None or (choice in ("first", "last") and outcome != "conflicting"):
        raise InputError(f"rows that are {outcome} cannot be decided as {choice!r}")
    if choice in ("first", "last"):
        return dict.fromkeys(_later(cursor, staged, "ASC" if choice == "first" else "DESC"), LEAVE)
    sql = f"SELECT * FROM ({where}) LIMIT {MOST + 1}"
    return {int(r) + 1: choice for (r,) in cursor.execute(sql).fetchall()}


def _later(cursor: duckdb.DuckDBPyConnection, staged: Staged, order: str) -> list[int]:
    """Of the rows that share a record all but one, and all where somebody said that the record is another row's."""
    if not has(cursor, staged.shared):
        return []
    sql = (
        f'SELECT "row", taken OR row_number() OVER (PARTITION BY record_id, taken ORDER BY "row" {order}) > 1'
        f" FROM {staged.shared}"
    )
    return [int(row) + 1 for row, later in cursor.execute(sql).fetchall() if later]


def _conflicts(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, limit: int, offset: int
) -> list[Conflict]:
    dataset = staged.dataset
    both = dataset.key.when_both
    value = f"s.{ident(both)}::VARCHAR" if both in staged.compiled.fields and both else "NULL"
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, s.{ident(dataset.title_field)}::VARCHAR, d.rule, d.field, {value}"
        f' FROM {staged.duplicates} d JOIN {staged.rows} s ON s.rowid = d."row"'
        f" WHERE d.rule IN {compare.CONFLICTING} ORDER BY 1 LIMIT ? OFFSET ?",
        [limit, offset],
    ).fetchall()
    may_be: dict[int, list[Candidate]] = {}
    for row, *is_ in chosen.candidates(cursor, staged, [r[0] for r in rows], SHOWN):
        may_be.setdefault(row, []).append(Candidate(str(is_[0]), is_[1], is_[2]))
    return [
        Conflict(
            *(row, line, title, rule, problems.title(dataset, field, rule), apart),
            records=tuple(may_be.get(row, ())),
        )
        for row, line, title, rule, field, apart in rows
    ]


def _count_conflicts(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    sql = f"SELECT count(*) FROM {staged.duplicates} d WHERE rule IN {compare.CONFLICTING}"
    row = cursor.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _fields(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> dict[str, int]:
    found = of(staged)
    sums = ", ".join(f"count(*) FILTER ({m.flag})" for m in found)
    counts = cursor.execute(f"SELECT {sums} FROM {staged.matches} x").fetchone() or ()
    return {m.name: int(n) for m, n in zip(found, counts) if n}
