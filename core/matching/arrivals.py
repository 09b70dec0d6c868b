"""What people decide of the rows of a file before it is imported: listed, decided singly and in bulk, kept by the commit.

    same       the row updates that record, or both rows become one record
    different  the row becomes a record of its own; that holds for ever, like every such decision
    later      nothing is decided: the row becomes a record, and the pair waits in the review

A decision is written down at once, so it survives a reload, and has its effect in the comparison (core/ingest/rows/told.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import duckdb

from core.actor import Actor
from core.errors import InputError, NotFound, WrongState
from core.history import events
from core.history.events import now
from core.ingest.corridor import Corridor
from core.ingest.rows import compare, told
from core.ingest.rows.staged import Staged, has
from core.matching import arriving, asking, computing, decisions, linking, reasons
from core.matching import rules as rules_
from core.matching.reasons import Reason
from core.matching.model import UNIT, probability, weight_of
from core.storage.ids import check_id, new_id
from core.storage.sql import ident, literal

VERDICTS = ("same", "different", "later", "withdrawn")
Rows = Sequence[int] | Mapping[int, str | int | None]


@dataclass(frozen=True)
class Arrival:
    """A row (from 1) and who it probably is: the record `record_id`, or the row `other_row` of the same file.

    `values` is what the row says, `other` what the record or the other row says. `verdict` is what was decided; `earlier`:
    in an earlier import.
    """

    row: int
    line: int | None
    title: str | None
    record_id: str | None
    other_row: int | None
    weight: float
    probability: float
    why: tuple[Reason, ...]
    values: dict[str, Any]
    other: dict[str, Any]
    verdict: str | None
    earlier: bool
    by: str | None


@dataclass(frozen=True)
class Arrivals:
    """Rows that are probably somebody: how many, how many of them wait for a decision, and a page of them.

    `reason` says why rows were not compared, where they were not.
    """

    total: int
    open: int
    pairs: tuple[Arrival, ...]
    reason: str | None = None


def found(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    *,
    undecided: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Arrivals:
    """A page of the rows, those that wait first, then by weight. Each with the likeliest one that it may be."""
    if not has(cursor, staged.probable):
        return Arrivals(0, 0, (), arriving.why_not(cursor, staged))
    counted = cursor.execute(
        f"SELECT count(*), (SELECT count(*) FROM ({arriving.waiting(staged)})) FROM ({arriving.open_pairs(staged)})"
        " WHERE place = 1"
    ).fetchone() or (0, 0)
    source = arriving.waiting(staged) if undecided else _first(staged)
    rows = cursor.execute(
        f"""SELECT "row", record_id::VARCHAR, other, weight, name_bits, agree, against, missing, levels, bits,
               verdict, said_of <> {literal(staged.upload_id)}::UUID, actor, {staged.line}
        FROM ({source}) w JOIN {staged.rows} s ON s.rowid = w."row"
        ORDER BY (verdict IS NULL OR verdict = 'later') DESC, weight DESC, "row" LIMIT ? OFFSET ?""",
        [limit, offset],
    ).fetchall()
    return Arrivals(int(counted[0]), int(counted[1]), tuple(_arrivals(cursor, staged, rows)))


def _first(staged: Staged) -> str:
    return f"SELECT * FROM ({arriving.open_pairs(staged)}) WHERE place = 1"


def _arrivals(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, rows: list[tuple[Any, ...]]
) -> list[Arrival]:
    dataset, model = staged.dataset, computing.last_model(cursor, staged.dataset.name)
    assert model is not None  # nosec B101
    records = asking._records(cursor, dataset, {r[1] for r in rows if r[1]})
    lines = _lines(cursor, staged, {n for r in rows for n in (r[0], r[2]) if n is not None})
    found_ = []
    for row, record, other, weight, names, agree, against, missing, levels, bits, *said in rows:
        verdict, earlier, actor, line = said
        theirs = records[record] if record else lines[other]
        both = (lines[row], theirs)
        why = (
            reasons.of_names(dataset, both, names, (agree, against, missing)),
            *reasons.of_fields(dataset, both, levels, bits, model),
        )
        found_.append(
            Arrival(
                row=row + 1,
                line=line,
                title=_text(lines[row].get(dataset.title_field)),
                record_id=record,
                other_row=None if other is None else other + 1,
                weight=weight / UNIT,
                probability=probability(weight / UNIT),
                why=why,
                values=lines[row],
                other=theirs,
                verdict=verdict,
                earlier=bool(earlier),
                by=actor,
            )
        )
    return found_


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _lines(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, numbers: set[int]
) -> dict[int, dict[str, Any]]:
    """What rows of the file say, by the names of the fields."""
    names = staged.compiled.fields
    rows = cursor.execute(
        f"SELECT s.rowid, {', '.join(f's.{ident(n)}' for n in names)} FROM {staged.rows} s"
        " WHERE list_contains(?::BIGINT[], s.rowid)",
        [sorted(numbers)],
    ).fetchall()
    none = dict.fromkeys(staged.dataset.field_names)
    return {row[0]: {**none, **dict(zip(names, row[1:]))} for row in rows}


# ------------------------------------------------------------------ decisions


def decide(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    verdict: str,
    rows: Rows | None,
    actor: Actor,
    *,
    at_least: float = 0.0,
    note: str | None = None,
) -> int:
    """Write decisions down, inside the writer's transaction; of how many rows.

    `rows`: numbers from 1, each with its likeliest one; or {row: record id or other row}. None: all that wait, from
    the probability `at_least` on. Raises InputError, NotFound.
    """
    if verdict not in VERDICTS:
        raise InputError(f"{verdict!r} is no decision", hint="Say same, different or later.")
    if not has(connection, staged.probable):
        raise NotFound("no row of this file is probably somebody who is there")
    chosen, values = _chosen(staged, rows, at_least)
    pairs = connection.execute(
        f'SELECT "row" + 1, row_key, record_id::VARCHAR, other + 1, other_key, weight FROM ({chosen}) ORDER BY 1',
        values,
    ).fetchall()
    if rows is not None:
        _must_be_there(rows, {p[0] for p in pairs})
    at = now()
    lines = [
        [
            new_id(),
            staged.dataset.name,
            staged.upload_id,
            *pair[:5],
            verdict,
            pair[5],
            note,
            actor.who,
            actor.door,
            at,
        ]
        for pair in pairs
    ]
    _write(connection, lines)
    if lines:
        told_: dict[str, object] = {"verdict": verdict, "rows": len(lines), "first": pairs[0][0]}
        events.append(
            connection,
            "match.arrivals_decided",
            actor,
            dataset=staged.dataset.name,
            upload_id=staged.upload_id,
            details=told_,
        )
    return len(lines)


def _chosen(staged: Staged, rows: Rows | None, at_least: float) -> tuple[str, list[Any]]:
    if rows is None:
        least = round(weight_of(at_least) * UNIT) if at_least else -1_000_000
        return f"SELECT * FROM ({arriving.waiting(staged)}) WHERE weight >= {least}", []
    everything = arriving.open_pairs(staged)
    if not isinstance(rows, Mapping):
        numbers = [int(r) - 1 for r in rows]
        return (
            f'SELECT * FROM ({everything}) WHERE place = 1 AND list_contains(?::BIGINT[], "row")',
            [numbers],
        )
    wanted = [(int(r) - 1, *_other(other)) for r, other in rows.items()]
    columns = [list(c) for c in zip(*wanted)] or [[], [], []]
    return (
        f"""SELECT p.* FROM ({everything}) p JOIN (SELECT unnest(?::BIGINT[]) AS r, unnest(?::UUID[]) AS i,
            unnest(?::BIGINT[]) AS o) w ON p."row" = r AND CASE WHEN i IS NULL AND o IS NULL THEN place = 1
            ELSE record_id IS NOT DISTINCT FROM i AND other IS NOT DISTINCT FROM o END""",
        columns,
    )


def _other(other: str | int | None) -> tuple[str | None, int | None]:
    if other is None:
        return None, None
    if isinstance(other, int) or str(other).isdigit():
        return None, int(other) - 1
    return check_id(other, "record"), None


def _must_be_there(rows: Rows, there: set[int]) -> None:
    for each in rows:
        if int(each) not in there:
            raise NotFound(f"row {each} is probably nobody who is there, and no other row")


def _write(connection: duckdb.DuckDBPyConnection, lines: list[list[Any]]) -> None:
    if not lines:
        return
    kinds = (
        *("UUID", "VARCHAR", "UUID", "BIGINT", "VARCHAR", "UUID", "BIGINT", "VARCHAR"),
        *("VARCHAR", "INTEGER", "VARCHAR", "VARCHAR", "VARCHAR", "TIMESTAMP"),
    )
    columns = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    connection.execute(
        f"INSERT INTO history.match_arrivals SELECT {columns}", [list(c) for c in zip(*lines)]
    )


def by_rule(corridor: Corridor, staged: Staged) -> bool:
    """Say "same" where the rules of the dataset link without a person; whether anything was said.

    Of rows that are likely one record alone, and of which nobody said anything; never where the links are not trusted.
    """
    with corridor.database.reader() as cursor:
        rules = rules_.of(cursor, staged.dataset)
        last = rules.link and asking.last_run(cursor, staged.dataset.name)
        if not rules.link or not last or not has(cursor, staged.probable):
            return False
        with suppress(WrongState):
            said = last.summary
            linking.must_be_right(cursor, staged.dataset, rules, said["trusted"], said["verdict"])
            least = round(weight_of(rules.link) * UNIT)
            rows = cursor.execute(
                f"""SELECT "row" + 1 FROM ({arriving.open_pairs(staged)}) WHERE weight >= {least} AND decision_id IS NULL
                GROUP BY "row" HAVING count(*) = 1"""
            ).fetchall()
            if rows:
                actor, numbers = Actor(door=linking.DOOR), [r for (r,) in rows]
                corridor.database.write(lambda c: decide(c, staged, "same", numbers, actor))
                return True
    return False


# ------------------------------------------------------------------ the commit


def settle(connection: duckdb.DuckDBPyConnection, staged: Staged, actor: Actor) -> None:
    """What was decided becomes what holds, in the transaction of the import, when its records are there.

    Rows that were put together are remembered with the record that they became; pairs that were told apart or put off are
    decisions on two records from now on.
    """
    row = connection.execute(
        "SELECT count(*) FROM history.match_arrivals WHERE upload_id = ?::UUID", [staged.upload_id]
    ).fetchone()
    if not row or not row[0]:
        return
    made = (
        "SELECT row_no, record_id FROM history.changes WHERE upload_id = $u::UUID AND kind = 'insert'"
        " UNION SELECT row_no, record_id FROM history.vouched WHERE upload_id = $u::UUID"
    )
    _together(connection, staged, made, actor)
    _apart(connection, staged, made, actor)


def _together(
    connection: duckdb.DuckDBPyConnection, staged: Staged, made: str, actor: Actor
) -> None:
    """Rows of one person: each is that record, whichever of them stood for the others."""
    if not has(connection, staged.told):
        return
    ours = f"(SELECT row_key FROM {staged.told} UNION SELECT root FROM {staged.told})"
    rows = connection.execute(
        f"""SELECT s.rowid + 1, {told.of_row(staged)}, made.record_id::VARCHAR, d.other + 1, {told.of_row(staged, 'w')}
        FROM {staged.duplicates} d JOIN {staged.rows} s ON s.rowid = d."row" JOIN {staged.rows} w ON w.rowid = d.other
        JOIN ({made}) made ON made.row_no = d.other + 1
        WHERE d.rule IN {compare.REPEATED} AND {told.of_row(staged)} IN {ours} AND {told.of_row(staged, 'w')} IN {ours}
          AND {told.of_row(staged)} <> {told.of_row(staged, 'w')}""",
        {"u": staged.upload_id},
    ).fetchall()
    at = now()
    _write(
        connection,
        [
            [
                new_id(),
                staged.dataset.name,
                staged.upload_id,
                *row,
                "same",
                None,
                "put together",
                actor.who,
                actor.door,
                at,
            ]
            for row in rows
        ],
    )


def _apart(connection: duckdb.DuckDBPyConnection, staged: Staged, made: str, actor: Actor) -> None:
    name = staged.dataset.name
    rows = connection.execute(
        f"""WITH made AS ({made}), said AS (
            SELECT * FROM history.match_arrivals WHERE upload_id = $u::UUID
            QUALIFY row_number() OVER (PARTITION BY row_key, other_key ORDER BY decided_at DESC) = 1
        )
        SELECT a.record_id::VARCHAR, coalesce(said.record_id, b.record_id)::VARCHAR, row_key, other_key, verdict, weight, note,
               actor, door
        FROM said JOIN made a ON a.row_no = said.row_no LEFT JOIN made b ON b.row_no = other_row
        WHERE verdict IN ('different', 'later') AND a.record_id <> coalesce(said.record_id, b.record_id)""",
        {"u": staged.upload_id},
    ).fetchall()
    at = now()
    for mine, theirs, my_key, their_key, verdict, weight, note, who, door in rows:
        if mine > theirs:
            mine, theirs, my_key, their_key = theirs, mine, their_key, my_key
        before = decisions.holding(connection, name, mine, theirs)
        connection.execute(
            "INSERT INTO history.match_decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(new_id(), name, mine, theirs, my_key, their_key, verdict, weight),
                *(note or "said before the import", before.id if before else None, who, door, at),
            ],
        )
