"""Scores: what was counted, put together by the weights of the dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from core.cleaning import vocabularies
from core.datasets.model import Dataset
from core.datasets.scoring import DIMENSIONS, Dimension
from core.quality import measures
from core.quality.measures import Measure
from core.storage.store import Connection


@dataclass(frozen=True)
class Checked:
    """One measure with its figures. `score` is None when nothing was there to measure."""

    dataset: str
    id: str
    dimension: Dimension
    field: str | None
    rule: str
    title: str
    expected: str
    counted: int
    bad: int
    scored: bool = True
    by_act: bool = True

    @property
    def score(self) -> float | None:
        """100 x (1 - bad / counted)."""
        return ratio(self.bad, self.counted)


@dataclass(frozen=True)
class FieldScore:
    """What the measures of one field say."""

    field: str
    total: float | None
    dimensions: dict[Dimension, float | None]


@dataclass(frozen=True)
class Score:
    """The quality of some records: 0 to 100, or None where nothing was measured.

    `checks` are the measures it is made of; each opens its rows.
    """

    dataset: str
    scope: str
    records: int
    total: float | None
    dimensions: dict[Dimension, float | None]
    fields: dict[str, FieldScore]
    checks: tuple[Checked, ...]

    def check(self, check_id: str) -> Checked | None:
        """One of the checks."""
        return next((c for c in self.checks if c.id == check_id), None)


@dataclass(frozen=True, kw_only=True)
class BeforeAfter:
    """The score as it is, and as a repair would make it."""

    before: Score
    after: Score

    @property
    def points(self) -> float | None:
        """By how much the total would change; None where one of them is not measured."""
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total


def ratio(bad: float, counted: float) -> float | None:
    """The share that is good, in percent; None when nothing was counted."""
    return None if counted <= 0 else 100.0 * (1 - bad / counted)


def prepare(cursor: Connection, dataset: Dataset) -> None:
    """Before a transaction: what the conditions speak of is there."""
    vocabularies.prepare(cursor, measures.vocabularies(dataset))


def count(
    cursor: Connection, dataset: Dataset, found: list[Measure], records: str, where: str = "true"
) -> tuple[int, tuple[Checked, ...]]:
    """How many records there are, and the figures of each measure, in one statement (after `prepare`)."""
    inner = ", ".join(
        f"coalesce({m.counted}, false) AS c{i}, coalesce({m.bad}, false) AS b{i}"
        for i, m in enumerate(found)
    )
    outer = ", ".join(
        f"count(*) FILTER (c{i}), count(*) FILTER (c{i} AND b{i})" for i in range(len(found))
    )
    row = cursor.execute(
        f"SELECT count(*), {outer} FROM (SELECT {inner} FROM {records} r WHERE {where})"
    ).fetchone() or (0,)
    figures = zip(row[1::2], row[2::2])
    return int(row[0]), tuple(checked(dataset, m, *pair) for m, pair in zip(found, figures))


def checked(dataset: Dataset, measure: Measure, counted: int, bad: int) -> Checked:
    """A measure with its figures."""
    m = measure
    return Checked(
        *(dataset.name, m.id, m.dimension, m.field, m.rule, m.title, m.expected),
        *(int(counted), int(bad)),
        scored=m.scored,
        by_act=m.by_act,
    )


def recounted(check: Checked, counted: int, bad: int) -> Checked:
    """The same check with other figures."""
    return replace(check, counted=counted, bad=bad)


def made(dataset: Dataset, rows: int, checks: Iterable[Checked], scope: str = "dataset") -> Score:
    """The score of what was counted."""
    kept = tuple(checks)
    dimensions = {d: _of(dataset, [c for c in kept if c.dimension == d]) for d in DIMENSIONS}
    fields = {f.name: _field(dataset, f.name, kept) for f in dataset.fields}
    total = _weighed(dataset, dimensions)
    return Score(dataset.name, scope, rows, total, dimensions, fields, kept)


def _of(dataset: Dataset, checks: list[Checked]) -> float | None:
    """Units of all checks of a dimension together, each as heavy as its field."""
    scored = [(dataset.quality.field(c.field), c) for c in checks if c.scored]
    return ratio(sum(w * c.bad for w, c in scored), sum(w * c.counted for w, c in scored))


def _field(dataset: Dataset, name: str, checks: tuple[Checked, ...]) -> FieldScore:
    own = [c for c in checks if c.field == name and c.scored]
    parts: dict[Dimension, float | None] = {}
    for dimension in DIMENSIONS:
        some = [c for c in own if c.dimension == dimension]
        parts[dimension] = ratio(sum(c.bad for c in some), sum(c.counted for c in some))
    return FieldScore(name, _weighed(dataset, parts), parts)


def _weighed(dataset: Dataset, parts: dict[Dimension, float | None]) -> float | None:
    """The mean of what was measured; what was not measured neither raises nor lowers it."""
    known = [(dataset.quality.dimension(d), s) for d, s in parts.items() if s is not None]
    weight = sum(w for w, _ in known)
    return sum(w * s for w, s in known) / weight if weight > 0 else None


def of(
    cursor: Connection,
    dataset: Dataset,
    records: str,
    at: datetime,
    *,
    where: str = "true",
    scope: str = "dataset",
) -> Score:
    """The score of the records that fit `where` (SQL of `r`), among all `records`."""
    prepare(cursor, dataset)
    found = measures.build(dataset, records, at)
    rows, checks = count(cursor, dataset, found, records, where)
    return made(dataset, rows, checks, scope)
