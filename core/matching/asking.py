"""Pairs and clusters as people see them: both records, the weight, and what spoke for and against, in words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import WrongState
from core.history import feed
from core.matching import clustering, decisions, reasons
from core.matching.clustering import Link
from core.matching.model import UNIT, Model, from_dict, probability, weight_of
from core.storage.sql import ident, literal


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person. `weight` is in bits; 0 is as likely as not.

    `left` and `right` are ids, `records` the two records; `verdict` is the decision that holds.
    """

    dataset: str
    left: str
    right: str
    weight: float
    probability: float
    why: tuple[reasons.Reason, ...]
    records: tuple[dict[str, Any], dict[str, Any]] = field(repr=False)
    verdict: str | None = None
    bridge: bool = False

    @property
    def id(self) -> str:
        """The name of the pair: both ids."""
        return f"{self.left}~{self.right}"

    @property
    def sentence(self) -> str:
        """What speaks for and against, the strongest first."""
        told = sorted((r for r in self.why if r.bits), key=lambda r: -abs(r.bits))
        parts = [f"{r.field} {r.said} ({r.bits:+.1f})" for r in told]
        return "; ".join(parts) or "nothing speaks for it or against it"


@dataclass(frozen=True)
class Cluster:
    """Records that are likely one person. `weight` is that of the weakest link."""

    id: str
    records: tuple[str, ...]
    weight: float

    def __iter__(self) -> Any:
        return iter((self.id, list(self.records)))


@dataclass(frozen=True)
class LastRun:
    """The last run: its counts and verdict as it told them, when it was, and how many acts came since."""

    at: datetime
    since: int
    summary: dict[str, Any]


def last_run(cursor: duckdb.DuckDBPyConnection, dataset: str) -> LastRun | None:
    """None before the first run."""
    found = runs(cursor, dataset, limit=1)
    return found[0] if found else None


def runs(
    cursor: duckdb.DuckDBPyConnection, dataset: str, *, limit: int, offset: int = 0
) -> list[LastRun]:
    """The last runs, the newest first."""
    rows = cursor.execute(
        "SELECT run_at, act, summary FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT ? OFFSET ?",
        [dataset, limit, offset],
    ).fetchall()
    newest, later = feed.last(cursor, dataset), {
        "linked": 0,
        "merged": 0,
        "refused": None,
        "job": None,
    }
    return [LastRun(at, newest - int(act), {**later, **json.loads(said)}) for at, act, said in rows]


def count_runs(cursor: duckdb.DuckDBPyConnection, dataset: str) -> int:
    """How many runs are kept."""
    sql = "SELECT count(*) FROM ops.match_runs WHERE dataset = ?"
    row = cursor.execute(sql, [dataset]).fetchone()
    return int(row[0]) if row else 0


def must_have_run(cursor: duckdb.DuckDBPyConnection, dataset: str) -> None:
    """Raises WrongState before the first run."""
    if (
        cursor.execute(
            "SELECT 1 FROM ops.match_runs WHERE dataset = ? LIMIT 1", [dataset]
        ).fetchone()
        is None
    ):
        raise WrongState(
            f"the records of {dataset} were not compared yet", hint="Run the matching first."
        )


def pairs(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    *,
    min_weight: float,
    limit: int,
    offset: int = 0,
    undecided: bool = False,
    only: tuple[str, str] | None = None,
    order: str = "weight DESC",
) -> list[Pair]:
    """Pairs of records that are there, the likeliest first. Raises WrongState before the first run."""
    must_have_run(cursor, dataset.name)
    one = "AND left_id = ?::UUID AND right_id = ?::UUID" if only else ""
    rows = cursor.execute(
        f"SELECT left_id::VARCHAR, right_id::VARCHAR, weight, names, agree, against, missing, levels, bits, verdict,"
        f" bridge, run_id::VARCHAR {_present(dataset, undecided)} {one}"
        f" ORDER BY {order}, left_id, right_id LIMIT ? OFFSET ?",
        [round(min_weight * UNIT), *(only or ()), limit, offset],
    ).fetchall()
    there = _records(cursor, dataset, {i for row in rows for i in row[:2]})
    models = _models(cursor, {row[-1] for row in rows})
    return [_pair(dataset, row, there, models[row[-1]]) for row in rows]


def count_pairs(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, *, min_weight: float, undecided: bool
) -> int:
    """How many pairs `pairs` gives, page by page. Raises WrongState before the first run."""
    must_have_run(cursor, dataset.name)
    row = cursor.execute(
        f"SELECT count(*) {_present(dataset, undecided)}", [round(min_weight * UNIT)]
    ).fetchone()
    return int(row[0]) if row else 0


def _present(dataset: Dataset, undecided: bool) -> str:
    """FROM and WHERE of the pairs of records that are there, from a weight (the parameter) on."""
    m, name = table(dataset), literal(dataset.name)
    open_ = " AND (verdict IS NULL OR verdict = 'later')" if undecided else ""
    return (
        f"FROM ops.match_pairs p LEFT JOIN ({decisions.ruled(dataset)}) d USING (left_id, right_id)"
        f" WHERE p.dataset = {name} AND weight >= ?{open_}"
        f" AND left_id IN (SELECT record_id FROM {m}) AND right_id IN (SELECT record_id FROM {m})"
    )


def links(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, min_weight: float
) -> list[list[Any]]:
    """All pairs from a weight on: left, right, weight, probability, verdict."""
    must_have_run(cursor, dataset.name)
    rows = cursor.execute(
        f"SELECT left_id::VARCHAR, right_id::VARCHAR, weight, verdict FROM ops.match_pairs p"
        f" LEFT JOIN ({decisions.ruled(dataset)}) d USING (left_id, right_id) WHERE p.dataset = ? AND weight >= ?"
        " ORDER BY weight DESC, left_id, right_id",
        [dataset.name, round(min_weight * UNIT)],
    ).fetchall()
    return [[a, b, w / UNIT, round(probability(w / UNIT), 6), verdict] for a, b, w, verdict in rows]


def _records(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, ids: Iterable[str]
) -> dict[str, dict[str, Any]]:
    names = ["record_id", *dataset.field_names, "_source", "_version", "_updated_at"]
    rows = cursor.execute(
        f"SELECT record_id::VARCHAR, {', '.join(ident(n) for n in names[1:])} FROM {table(dataset)}"
        " WHERE list_contains(?::UUID[], record_id)",
        [sorted(ids)],
    ).fetchall()
    return {row[0]: dict(zip(names, row)) for row in rows}


def _models(cursor: duckdb.DuckDBPyConnection, runs: set[str]) -> dict[str, Model]:
    rows = cursor.execute(
        "SELECT run_id::VARCHAR, model FROM ops.match_runs WHERE list_contains(?::UUID[], run_id)",
        [sorted(runs)],
    ).fetchall()
    return {run: from_dict(json.loads(model)) for run, model in rows}


def _pair(
    dataset: Dataset, row: tuple[Any, ...], there: dict[str, dict[str, Any]], model: Model
) -> Pair:
    left, right, weight, names, agree, against, missing, levels, bits, verdict, bridge, _ = row
    both = there[left], there[right]
    why = (
        reasons.of_names(dataset, both, names, (agree, against, missing)),
        *reasons.of_fields(dataset, both, levels, bits, model),
    )
    share = probability(weight / UNIT)
    return Pair(dataset.name, left, right, weight / UNIT, share, why, both, verdict, bool(bridge))


def clusters(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, *, share: float) -> list[Cluster]:
    """Clusters of at least two records that are there. A cluster is called by its first record."""
    must_have_run(cursor, dataset.name)
    m, name = table(dataset), literal(dataset.name)
    rows = cursor.execute(f"""WITH ruled AS ({decisions.ruled(dataset)}), every AS (
            SELECT left_id, right_id, CASE WHEN bridge AND verdict IS DISTINCT FROM 'same'
                   THEN least(weight, {round(weight_of(share) * UNIT) - 1}) ELSE weight END AS weight, twin, verdict
            FROM ops.match_pairs p LEFT JOIN ruled d USING (left_id, right_id) WHERE p.dataset = {name}
            UNION ALL SELECT left_id, right_id, 0, false, verdict FROM ruled WHERE (left_id, right_id) NOT IN
            (SELECT left_id, right_id FROM ops.match_pairs WHERE dataset = {name})
        ), there AS (
            SELECT record_id, row_number() OVER (ORDER BY record_id) AS n FROM {m}
            WHERE record_id IN (SELECT left_id FROM every UNION SELECT right_id FROM every)
        )
        SELECT a.n, b.n, weight, twin, verdict, left_id::VARCHAR, right_id::VARCHAR FROM every
        JOIN there a ON a.record_id = left_id JOIN there b ON b.record_id = right_id""").fetchall()
    ids = {n: i for row in rows for n, i in ((row[0], row[5]), (row[1], row[6]))}
    links = [Link(a, b, w / UNIT, twin, _firm(verdict)) for a, b, w, twin, verdict, *_ in rows]
    found = clustering.cluster(links, weight_of(share))
    return _named(found, links, ids)


def _firm(verdict: str | None) -> str | None:
    return verdict if verdict in ("same", "different") else None


def _named(found: list[list[int]], links: list[Link], ids: dict[int, str]) -> list[Cluster]:
    where = {n: place for place, members in enumerate(found) for n in members}
    best: dict[int, float] = defaultdict(lambda: -1e9)
    for (
        link
    ) in (
        links
    ):  # of every record the link that holds it best; the weakest of these is the cluster's
        if where.get(link.left, -1) == where.get(link.right, -2):
            for n in (link.left, link.right):
                best[n] = max(best[n], 99.0 if link.verdict == "same" else link.weight)
    return [
        Cluster(ids[members[0]], tuple(ids[n] for n in members), min(best[n] for n in members))
        for members in found
    ]


def model(cursor: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, Any]:
    """The model of the last run: every level with m, u and weight. Raises WrongState before the first run."""
    must_have_run(cursor, dataset)
    row = cursor.execute(
        "SELECT model FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1", [dataset]
    ).fetchone()
    return dict(json.loads(row[0])) if row else {}
