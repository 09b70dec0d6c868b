"""The review: which pair is worth the next look, who looks at it, and what the decisions say of the model.

A pair is worth a look by the records that its answer touches, times the doubt about it. Who is shown a pair has it for
`CLAIM`; others are shown the next one. What was put off comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import duckdb

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.history.events import now
from core.matching import asking, decisions, rules
from core.matching.asking import Pair
from core.matching.model import LINK, UNIT, weight_of
from core.storage.sql import literal

CLAIM = timedelta(minutes=10)
_BANDS = (-6, -3, 0, 3, 6, 10, 15, 1_000)  # bits


@dataclass(frozen=True)
class Band:
    """Pairs by weight (in bits): how many, how many of them were decided, and how many of those are the same."""

    low: float
    high: float
    pairs: int
    decided: int
    same: int
    expected: float | None


@dataclass(frozen=True)
class Figures:
    """How the review stands. `precision` and `recall` of the links are those of the decisions; None when there are none."""

    pairs: int
    open: int
    decided: int
    same: int
    different: int
    later: int
    precision: float | None
    recall: float | None
    bands: tuple[Band, ...]


def _open(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> str:
    """SELECT of the pairs that wait, with their verdict: those that the rules of the dataset ask about."""
    m, ask = table(dataset), weight_of(rules.of(cursor, dataset).ask)
    return (
        f"SELECT p.*, verdict FROM ops.match_pairs p LEFT JOIN ({decisions.ruled(dataset)}) d USING (left_id, right_id)"
        f" WHERE p.dataset = {literal(dataset.name)} AND (weight >= {round(ask * UNIT)} OR bridge)"
        " AND (verdict IS NULL OR verdict = 'later')"
        f" AND left_id IN (SELECT record_id FROM {m}) AND right_id IN (SELECT record_id FROM {m})"
    )


def next_pair(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, actor: Actor, *, by: str | None = None
) -> Pair | None:
    """The pair that is worth most and that nobody else looks at; it is claimed. Inside the writer's transaction.

    `by` is who claims it, where one name stands for several people (a session of the page).
    """
    asking.must_have_run(connection, dataset.name)
    who, at, link = by or actor.who, now(), round(weight_of(LINK) * UNIT)
    connection.execute("DELETE FROM ops.match_claims WHERE until < ? OR actor = ?", [at, who])
    row = connection.execute(
        f"""WITH open AS ({_open(connection, dataset)}), degrees AS (
            SELECT record_id, count(*) AS k FROM (
                SELECT left_id AS record_id FROM open WHERE weight >= {link}
                UNION ALL SELECT right_id FROM open WHERE weight >= {link}) GROUP BY 1
        )
        SELECT left_id::VARCHAR, right_id::VARCHAR FROM open
        LEFT JOIN degrees a ON a.record_id = left_id LEFT JOIN degrees b ON b.record_id = right_id
        WHERE (left_id, right_id) NOT IN (SELECT (left_id, right_id) FROM ops.match_claims WHERE dataset = ?)
        ORDER BY verdict IS NULL DESC, bridge DESC, {_worth()} DESC, left_id, right_id LIMIT 1""",
        [dataset.name],
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "INSERT INTO ops.match_claims VALUES (?, ?, ?, ?, ?)", [dataset.name, *row, who, at + CLAIM]
    )
    found = asking.pairs(connection, dataset, min_weight=-1e6, limit=1, only=(row[0], row[1]))
    return found[0] if found else None


def _worth() -> str:
    """SQL: records touched times doubt; a small part of the doubt is left for pairs that look sure."""
    share = f"1 / (1 + pow(2, -least(60, weight / {UNIT}.0)))"
    return f"round((2 + coalesce(a.k, 0) + coalesce(b.k, 0)) * (1.05 - abs(2 * ({share}) - 1)), 6)"


def figures(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> Figures:
    """How many pairs wait, what was decided, and how right the links are by the decisions."""
    asking.must_have_run(connection, dataset.name)
    link, name = round(weight_of(LINK) * UNIT), literal(dataset.name)
    waiting = connection.execute(
        f"SELECT count(*), count(*) FILTER (verdict = 'later') FROM ({_open(connection, dataset)})"
    ).fetchone() or (0, 0)
    bounds = ", ".join(f"({low * UNIT}, {high * UNIT})" for low, high in zip(_BANDS, _BANDS[1:]))
    latest = (
        "SELECT left_id, right_id, arg_max(verdict, decided_at) AS verdict, arg_max(weight, decided_at) AS said"
        f" FROM history.match_decisions WHERE dataset = {name} GROUP BY ALL"
    )
    rows = connection.execute(
        f"""SELECT low, high, count(w), count(*) FILTER (verdict IN ('same', 'different')),
               count(*) FILTER (verdict = 'same'), sum(round(1e6 / (1 + pow(2, -least(60, w / {UNIT}.0))))::BIGINT)
        FROM (VALUES {bounds}) b(low, high) LEFT JOIN (
            SELECT coalesce(p.weight, d.said) AS w, d.verdict FROM
            (FROM ops.match_pairs WHERE dataset = {name}) p FULL JOIN ({latest}) d USING (left_id, right_id)
        ) ON w >= low AND w < high GROUP BY ALL ORDER BY low"""
    ).fetchall()
    bands = tuple(
        Band(low / UNIT, high / UNIT, k, decided, same, int(e) / 1e6 / k if k else None)
        for low, high, k, decided, same, e in rows
    )
    said = connection.execute(
        f"SELECT count(*) FILTER (verdict = 'same'), count(*) FILTER (verdict = 'different'),"
        f" count(*) FILTER (verdict = 'same' AND said >= {link}),"
        f" count(*) FILTER (verdict = 'different' AND said >= {link}) FROM ({latest})"
    ).fetchone() or (0, 0, 0, 0)
    same, different, right, wrong = said
    precision = right / (right + wrong) if right + wrong else None
    return Figures(
        *(sum(b.pairs for b in bands), waiting[0], same + different, same, different, waiting[1]),
        *(precision, right / same if same else None, bands),
    )
