"""Names whose family name goes first, as the column's name says (Cognome e Nome, ФИО) or capitals do (LE GOFF Yann)."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.family_first import BEHIND, IN_FRONT
from core.datasets import meaning
from core.datasets.model import Dataset
from core.datasets.words import listed
from core.ingest.columns.evidence import Witness
from core.storage.sql import literal

MOST = 0.8  # share of the names of several words that have the family name in capitals in front
LEAST = 3  # such names
ROWS = 1_000  # that are looked at: a share shows in few
_PATRONYMIC = "(?:вич|ьич|мич|вна|чна)"


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The step for each column of names in that order that have no comma, as `turning` has looked for."""
    if plan.recipe is not None:
        return steps
    witness, parts = Witness(dataset), plan.parts()
    done = {s.field for s in steps if s.op in ("turn", "family_first")}
    columns = {c.field: c for c in plan.mapping if c.field in dataset.field_names and not c.part}
    found = []
    for name, column in columns.items():
        field = dataset.field(name or "")
        if field.name in done or field.name in parts or not witness.names_people(field):
            continue
        said = meaning.of(column.column)
        seen = _seen(cursor, head, f"c{column.index}")
        step = _decided(field.name, column.column, said, seen)
        found += [step] if step else []
    return (*steps, *found)


@dataclass(frozen=True)
class _Seen:
    """Names of several words, of which a family name in capitals is in front or behind, and a patronymic last or
    second, and how many different words are first.
    """

    names: int
    front: int
    behind: int
    last: int
    second: int
    firsts: int


def _seen(cursor: duckdb.DuckDBPyConnection, head: str, x: str) -> _Seen:
    shapes = (
        IN_FRONT,
        BEHIND,
        rf"\S+ \S+ \S+{_PATRONYMIC}",
        rf"\S+ \S+{_PATRONYMIC} \S+",
    )
    counts = [f"count(*) FILTER (regexp_full_match(t, {literal(s)}))" for s in shapes]
    row = cursor.execute(
        f"SELECT count(*), {', '.join(counts)}, count(DISTINCT split_part(t, ' ', 1))"
        f" FROM (SELECT trim({x}) AS t FROM {head} LIMIT {ROWS}) WHERE contains(t, ' ') AND NOT contains(t, ',')"
    ).fetchone()
    names, front, behind, last, second, firsts = row or (0,) * 6
    return _Seen(names, front, behind, last, second, firsts)


def _decided(field: str, header: str, said: meaning.Meaning, seen: _Seen) -> Step | None:
    if not seen.names or seen.behind > seen.front:
        return None
    shared = 2 * seen.firsts < seen.names  # the name of a group in front of its members
    if seen.front >= LEAST and seen.front >= MOST * seen.names and not shared:
        reason = f"{seen.front} of {seen.names} names of several words begin with capitals, as a family name does"
        return _step(field, "capitals", reason)
    named = f"the column is named {header}"
    if said.written_family_first:
        plural = any(w.text in listed("order", "two_family_names") for w in said.words)
        return _step(field, "two_words" if plural else "word", f"{named}: the family name first")
    if not said.may_be_family_first:
        return None
    if seen.last > seen.second:
        reason = f"{named}, and {seen.last} of {seen.names} names end with a patronymic"
        return _step(field, "word", reason)
    if seen.second > seen.last:
        return None
    return _step(field, "keep", f"{named}, which may put the family name first: no name shows it")


def _step(field: str, value: str, reason: str) -> Step:
    return Step(op="family_first", field=field, value=value, reason=reason)
