"""What is in the columns of a file or a dataset: a few set-based statements, in bounded memory.

    figures   one pass: filled, distinct, lengths, smallest and largest, quartiles, the most frequent values
    counts    one pass: how often these are there, histograms, decades, outliers
    empties   one pass: which columns are empty together
    sample    patterns and scripts, of at most SAMPLE rows

Distinct counts of many values, quartiles and which values are the most frequent are estimates (a few percent); counts are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.datasets.model import Dataset
from core.quality import emptiness, sampled
from core.quality.emptiness import Together
from core.storage.sql import ident, literal
from core.storage.store import Connection

Kind = Literal["text", "list", "date", "integer", "number", "boolean"]
TOP = 10  # most frequent values
BINS = 20
CUT = 200  # characters of a value that are looked at for the most frequent ones
EXACT = 200_000  # rows of which distinct values are counted, not estimated
FEW = 2_000  # distinct values, by the estimate, that are counted in any number of rows
FENCE = 3.0  # times the middle half, beyond the quartiles: an outlier


@dataclass(frozen=True)
class Column:
    """A column of what is profiled: its SQL (of `t`), its name, and what its values are."""

    sql: str
    name: str
    kind: Kind = "text"
    words: bool = False  # words of a closed list: their length says nothing, so none is an outlier


@dataclass(frozen=True)
class Bin:
    """A bar: values above `low` (None: from the start), up to `high`, and how many there are."""

    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True)
class ColumnProfile:
    """One column. Lengths are of characters, for a list of elements; `patterns` and `scripts` are of a sample."""

    name: str
    kind: Kind
    filled: int
    empty: int
    distinct: int
    smallest: str | None
    largest: str | None
    shortest: int | None
    longest: int | None
    mean_length: float | None
    mean: float | None
    deviation: float | None
    quartiles: tuple[float, ...]
    top: tuple[tuple[str, int], ...]
    histogram: tuple[Bin, ...]
    decades: tuple[tuple[int, int], ...]
    outliers: int
    patterns: tuple[tuple[str, int], ...] = ()
    scripts: tuple[tuple[str, int], ...] = ()
    looks_like: str | None = None  # of a text: what nearly all of its values could be read as


@dataclass(frozen=True)
class Profile:
    """Columns of some rows. `together` are pairs of columns that are empty in the same rows."""

    name: str
    rows: int
    sampled: int
    columns: tuple[ColumnProfile, ...]
    together: tuple[Together, ...]

    def column(self, name: str) -> ColumnProfile:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def profile(cursor: Connection, source: str, columns: Sequence[Column], name: str) -> Profile:
    """Profile what stands in FROM as `t`."""
    given = [_Asked(i, c) for i, c in enumerate(columns)]
    rows, first = _figures(cursor, source, given)
    found = _counts(cursor, source, given, first, rows)
    taken, more = sampled.look(cursor, source, [(a.text, a.column.kind) for a in given], rows)
    found = [
        replace(c, patterns=m.patterns, scripts=m.scripts, looks_like=m.looks_like)
        for c, m in zip(found, more)
    ]
    pairs = emptiness.pairs(cursor, source, [(c.name, a.filled) for a, c in zip(given, found)])
    return Profile(name, rows, taken, tuple(found), pairs)


class _Asked:
    """The SQL of one column for the statements."""

    def __init__(self, place: int, column: Column) -> None:
        self.place, self.column = place, column
        x, kind = column.sql, column.kind
        self.value = f"nullif({x}, '')" if kind in ("text", "date") else x
        self.filled = (
            f"coalesce(len({x}), 0) > 0" if kind == "list" else f"{self.value} IS NOT NULL"
        )
        self.text = f"array_to_string({x}, '; ')" if kind == "list" else f"{self.value}::VARCHAR"
        self.length = f"len({x})" if kind == "list" else f"length({self.text})"
        self.number = _number(kind, self.value, self.length)


def _number(kind: Kind, value: str, length: str) -> str:
    """What is drawn as a histogram: the number, the year, or the length."""
    if kind in ("integer", "number"):
        return f"CASE WHEN isfinite({value}::DOUBLE) THEN {value}::DOUBLE END"
    if kind == "date":
        return f"try_cast(regexp_extract({value}, '^-?\\d{{1,6}}') AS DOUBLE)"
    return f"{length}::DOUBLE"


_FIGURES = (
    *("filled", "distinct", "least", "most", "short", "long", "mean_length"),
    *("mean", "deviation", "quartiles", "top"),
)


def _figures(
    cursor: Connection, source: str, given: list[_Asked]
) -> tuple[int, list[dict[str, Any]]]:
    parts = []
    for a in given:
        cut = f"left({a.text}, {CUT})"
        ordered = a.column.kind not in ("list", "text")
        low = f"min({a.value})" if ordered else f"min({cut})"
        high = f"max({a.value})" if ordered else f"max({cut})"
        numbers = a.column.kind in ("integer", "number")
        parts += [
            *(f"count(*) FILTER ({a.filled})", f"approx_count_distinct({a.text})"),
            *(f"({low})::VARCHAR", f"({high})::VARCHAR"),
            *(f"min({a.length})", f"max({a.length})", f"avg({a.length})"),
            f"avg({a.number})" if numbers else "NULL",
            f"stddev_samp({a.number})" if numbers else "NULL",
            f"approx_quantile({a.number}, [0.25, 0.5, 0.75])",
            f"approx_top_k({cut}, {TOP})" if a.column.kind != "list" else "NULL",
        ]
    row = cursor.execute(f"SELECT count(*), {', '.join(parts)} FROM {source} t").fetchone() or (0,)
    cells = row[1:]
    size = len(_FIGURES)
    figures = [dict(zip(_FIGURES, cells[i * size : (i + 1) * size])) for i in range(len(given))]
    for a, each in zip(given, figures):
        if a.column.kind == "list":
            each |= _elements(cursor, source, a)
    return int(row[0]), figures


def _elements(cursor: Connection, source: str, asked: _Asked) -> dict[str, Any]:
    """Of lists the elements are what is distinct, and frequent."""
    elements = f"(SELECT unnest({asked.column.sql}) AS e FROM {source} t)"
    row = cursor.execute(
        f"SELECT approx_count_distinct(e), approx_top_k(left(e, {CUT}), {TOP}) FROM {elements}"
    ).fetchone() or (0, None)
    distinct = int(row[0])
    if distinct <= FEW:
        exact = cursor.execute(f"SELECT count(DISTINCT e) FROM {elements}").fetchone()
        distinct = int(exact[0]) if exact else distinct
    return {"distinct": distinct, "top": row[1]}


def _counts(
    cursor: Connection,
    source: str,
    given: list[_Asked],
    figures: list[dict[str, Any]],
    rows: int,
) -> list[ColumnProfile]:
    parts, values = list[str](), list[Any]()
    edges = [_edges(e["quartiles"], a.column.kind != "number") for a, e in zip(given, figures)]
    for a, each, bounds in zip(given, figures, edges):
        each["top"] = [v for v in each["top"] or [] if v is not None]
        for value in each["top"]:
            short = (each["long"] or 0) <= CUT  # then it need not be cut to be compared
            is_it = f"{a.text if short else f'left({a.text}, {CUT})'} = ?"
            parts.append(
                f"count(*) FILTER (list_contains({a.column.sql}, ?))"
                if a.column.kind == "list"
                else f"count(*) FILTER ({is_it})"
            )
            values.append(value)
        parts.append(f"histogram({a.number}, {literal(bounds)}::DOUBLE[])" if bounds else "NULL")
        decade = f"(floor({a.number} / 10) * 10)::INTEGER"
        parts.append(f"histogram({decade})" if a.column.kind == "date" else "NULL")
        low, high = _fences(each["quartiles"])
        outside = f"{a.number} < {low!r} OR {a.number} > {high!r}"
        counted = low is not None and not a.column.words
        parts.append(f"count(*) FILTER ({outside})" if counted else "0")
        exact = a.column.kind != "list" and (rows <= EXACT or each["distinct"] <= FEW)
        parts.append(f"count(DISTINCT {a.text})" if exact else f"{int(each['distinct'] or 0)}")
    row = cursor.execute(f"SELECT {', '.join(parts)} FROM {source} t", values).fetchone() or (0,)
    cells = list(row)
    return [_column(a, each, rows, cells, bounds) for a, each, bounds in zip(given, figures, edges)]


def _column(
    asked: _Asked, each: dict[str, Any], rows: int, cells: list[Any], bounds: list[float]
) -> ColumnProfile:
    top = [(str(v), int(cells.pop(0))) for v in each["top"]]
    bins, decades, outliers, distinct = (cells.pop(0) for _ in range(4))
    filled = int(each["filled"])
    return ColumnProfile(
        name=asked.column.name,
        kind=asked.column.kind,
        filled=filled,
        empty=rows - filled,
        distinct=distinct if asked.column.kind == "list" else min(distinct, filled),
        smallest=each["least"],
        largest=each["most"],
        shortest=each["short"],
        longest=each["long"],
        mean_length=each["mean_length"],
        mean=each["mean"],
        deviation=each["deviation"],
        quartiles=tuple(float(q) for q in each["quartiles"] or ()),
        top=tuple(sorted(top, key=lambda pair: -pair[1])),
        histogram=_bins(bins or {}, bounds),
        decades=tuple(sorted((int(k), int(v)) for k, v in (decades or {}).items())),
        outliers=int(outliers or 0),
    )


def _fences(quartiles: Sequence[float] | None) -> tuple[float | None, float | None]:
    if not quartiles or any(q is None for q in quartiles):
        return None, None
    low, _, high = (float(q) for q in quartiles)
    reach = FENCE * (high - low)
    return (low - reach, high + reach) if reach > 0 else (None, None)


def _edges(quartiles: Sequence[float] | None, whole: bool) -> list[float]:
    """Upper ends of the bars: equal steps over what is not far outside of the middle half."""
    if not quartiles or any(q is None for q in quartiles):
        return []
    low, _, high = (float(q) for q in quartiles)
    spread = (high - low) or max(abs(high), 1.0) / 2
    start, step = low - 1.5 * spread, 4 * spread / BINS
    if whole:
        start, step = float(int(start)), float(max(1, round(step)))
    return [start + step * i for i in range(BINS + 1)]


def _bins(found: dict[float, int], bounds: list[float]) -> tuple[Bin, ...]:
    bars = []
    low: float | None = None
    for bound in bounds:
        bars.append(Bin(low, bound, int(found.get(bound, 0))))
        low = bound
    rest = sum(int(n) for key, n in found.items() if key not in set(bounds))
    if bounds:
        bars.append(Bin(low, None, rest))
    while bars and not bars[0].count:
        bars.pop(0)
    while bars and not bars[-1].count:
        bars.pop()
    return tuple(bars)


def of_fields(dataset: Dataset) -> list[Column]:
    """A column for each field, in the table of the records."""
    return [
        Column(
            *(f"t.{ident(f.name)}", f.label, f.type),
            words=f.type == "text" and bool(f.vocabulary or f.choices),
        )
        for f in dataset.fields
    ]
