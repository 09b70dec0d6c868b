"""What the data itself says of the model: how often two people agree by chance, and how many pairs are one person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import duckdb
import pyarrow as pa

from core.matching import scoring
from core.matching.model import UNIT, Comparison, Model, least_records

SAMPLE = 200_000  # random pairs
_ENOUGH = 500  # pairs that are likely one person, from which m is learned
_PRIOR = 200  # pairs that the m of the file weighs as much as
_ROUNDS = 3
_LABELS = 50  # pairs that people call the same from which m is learned, however few are likely
_BOTH = 5  # pairs of each verdict from which the weights are calibrated
_STEP, _WIDEST = 25, 600  # hundredths of a bit that calibration moves the weights by
_USUAL = 300.0  # hundredths of a bit: how far it moves them without much evidence
_LIKELY = f"round(1e6 / (1 + pow(2, -greatest(-60, least(60, weight / {UNIT}.0)))))::BIGINT"
_SHARE = (
    f"coalesce(1000000 * said, {_LIKELY})"  # SQL: millionths; what people said of a pair is sure
)
Label = tuple[str, str, bool]  # two record ids, and whether they are one person
_FAR = 3.0  # bits that the prior may move away from the usual one


def chance(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> Model:
    """The model with the shares of the levels among random pairs, which are nearly all of two people.

    The pairs are those whose places differ by one of a few primes: the same ones for the same data.
    """
    if people < 2:
        return model
    steps = [p for p in (7919, 104_729, 1_299_709, 15_485_863) if p % people]
    each = max(1, SAMPLE // max(len(steps), 1))
    pairs = " UNION ALL ".join(
        f"SELECT n, (n + {p % people} - 1) % {people} + 1 AS o FROM people WHERE n <= {each}"
        for p in steps
    )
    if not pairs:
        return model
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE chances AS SELECT a.* EXCLUDE (n), b.n AS o, a.n FROM ({pairs}) p"
        " JOIN people a ON a.n = p.n JOIN people b ON b.n = p.o"
    )
    found = [_chance(cursor, c, i, model) for i, c in enumerate(model.comparisons)]
    cursor.execute("DROP TABLE temp.chances")
    return replace(model, comparisons=tuple(found))


def _chance(
    cursor: duckdb.DuckDBPyConnection, comparison: Comparison, i: int, model: Model
) -> Comparison:
    rows = cursor.execute(
        f"SELECT {scoring.level(comparison, i)} AS v, count(*) FROM chances a JOIN people b ON b.n = a.o GROUP BY v"
    ).fetchall()
    seen = {v: k for v, k in rows if v is not None}
    whole = sum(seen.values()) + model.begin
    shares = [
        (seen.get(place, 0) + level.u * model.begin) / whole
        for place, level in enumerate(comparison.levels)
    ]
    return comparison.with_shares(u=shares)


def label(cursor: duckdb.DuckDBPyConnection, labels: Sequence[Label]) -> None:
    """Write what people said into `scored`: `said` is 1 for the same, 0 for different, NULL for nothing."""
    cursor.execute("ALTER TABLE temp.scored ADD COLUMN said TINYINT")
    if not labels:
        return
    given = pa.table(
        {
            "a": pa.array([min(a, b) for a, b, _ in labels], pa.string()),
            "b": pa.array([max(a, b) for a, b, _ in labels], pa.string()),
            "same": pa.array([int(same) for _, _, same in labels], pa.int8()),
        }
    )
    cursor.register("given_labels", given)
    try:
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE labels AS SELECT least(p.n, q.n) AS l, greatest(p.n, q.n) AS r, min(same) AS same"
            " FROM given_labels JOIN people p ON p.record_id = a::UUID JOIN people q ON q.record_id = b::UUID GROUP BY ALL"
        )
    finally:
        cursor.unregister("given_labels")
    cursor.execute(
        "UPDATE scored SET said = same FROM labels WHERE labels.l = scored.l AND labels.r = scored.r"
    )
    cursor.execute("DROP TABLE temp.labels")


def calibrate(cursor: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with its prior moved to where the decisions are likeliest, and `scored` by it.

    One figure is fitted, in steps of a quarter of a bit: the review shows mostly doubtful pairs, and how likely a pair of
    a given weight is does not depend on which pairs were shown.
    """
    rows = cursor.execute(
        "SELECT weight, count(*) FILTER (said = 1), count(*) FILTER (said = 0) FROM scored WHERE said IS NOT NULL"
        " GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if min(sum(r[1] for r in rows), sum(r[2] for r in rows)) < _BOTH:
        return model
    steps = range(-_WIDEST, _WIDEST + 1, _STEP)
    best = max(steps, key=lambda step: (round(_fit(rows, step), 6), -abs(step), step))
    if best:
        cursor.execute(f"UPDATE scored SET weight = weight + {best}")
    return replace(model, prior=model.prior + best / UNIT, calibrated=best / UNIT)


def _fit(rows: Sequence[tuple[int, int, int]], step: int) -> float:
    """The log likelihood of the decisions when all weights are so much higher, against moving far."""
    total = -0.5 * (step / _USUAL) ** 2
    for weight, same, different in rows:
        bits = max(-60.0, min(60.0, (weight + step) / UNIT))
        total -= same * math.log1p(math.exp2(-bits)) + different * math.log1p(math.exp2(bits))
    return total


def usual_prior(people: int) -> float:
    """The weight of a pair of which nothing is known, before anything was counted: one other record each."""
    return -math.log2(max(people, least_records()))


def counted_prior(cursor: duckdb.DuckDBPyConnection, model: Model, people: int) -> float:
    """The prior by the pairs that were scored: the sum of their probabilities, in whole millionths."""
    expected = max(_expected(cursor), 1.0)
    share = min(expected / max(people * (people - 1) / 2, 1.0), 0.5)
    low, high = model.prior - _FAR, model.prior + _FAR
    return min(max(math.log2(share / (1 - share)), low), high)


def enough(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether so many pairs are likely one person, or called so, that m can be learned from them."""
    row = cursor.execute("SELECT count(*) FROM scored WHERE said = 1").fetchone()
    return _expected(cursor) >= _ENOUGH or bool(row and row[0] >= _LABELS)


def learn(cursor: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with m as the pairs themselves show it (expectation and maximisation, with u as it is), and `scored` by it.

    Each pair counts as far as it is likely one person; what the file of weights says counts as `_PRIOR` pairs more.
    """
    given = model.comparisons
    for _ in range(_ROUNDS):
        found = [_learned(cursor, c, i) for i, c in enumerate(given)]
        _weigh_anew(cursor, model.comparisons, found)
        model = replace(model, comparisons=tuple(found), trained=True)
    return model


def _expected(cursor: duckdb.DuckDBPyConnection) -> float:
    row = cursor.execute(f"SELECT sum({_SHARE}) FROM scored").fetchone()
    return float(row[0] or 0) / 1e6 if row else 0.0


def _learned(cursor: duckdb.DuckDBPyConnection, comparison: Comparison, i: int) -> Comparison:
    rows = cursor.execute(
        f"SELECT v{i}, sum({_SHARE}) FROM scored WHERE v{i} IS NOT NULL GROUP BY 1"
    ).fetchall()
    seen = {place: float(k) / 1e6 for place, k in rows}
    whole = sum(seen.values()) + _PRIOR
    return comparison.with_shares(
        m=[
            (seen.get(place, 0.0) + level.m * _PRIOR) / whole
            for place, level in enumerate(comparison.levels)
        ]
    )


def _weigh_anew(
    cursor: duckdb.DuckDBPyConnection, old: Sequence[Comparison], new: Sequence[Comparison]
) -> None:
    """Each level weighs as much more as its m grew."""
    moved = []
    for i, (before, after) in enumerate(zip(old, new)):
        steps = enumerate(
            round(UNIT * math.log2(b.m / a.m)) for a, b in zip(before.levels, after.levels)
        )
        moved.append(
            f"(CASE v{i} {' '.join(f'WHEN {p} THEN {d}' for p, d in steps)} ELSE 0 END)::INTEGER"
        )
    if moved:
        bits = ", ".join(f"b{i} = b{i} + {step}" for i, step in enumerate(moved))
        cursor.execute(f"UPDATE scored SET weight = weight + {' + '.join(moved)}, {bits}")
