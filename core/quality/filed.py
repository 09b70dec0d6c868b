"""From the score of a file to its rows to steps of its recipe, before anything is imported.

The rows are those of the upload as they are cleaned now. A fix says for each value what it should be; the new score is
counted before the steps are kept, and the steps can be taken out of the recipe like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from core.cleaning import vocabularies
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
from core.errors import InputError
from core.history.events import now
from core.ingest import drafting, previewing
from core.ingest.corridor import Corridor
from core.ingest.rows.staged import Staged
from core.ingest.uploads import Upload
from core.quality import gate, measures, repair
from core.quality.repair import FoundValue
from core.quality.score import BeforeAfter, Score
from core.storage.sql import ident, literal
from core.storage.store import Connection

Fixes = Mapping[str, str]


@dataclass(frozen=True)
class FileFix(BeforeAfter):
    """What steps would do, before they are kept: how many rows they change, and the scores of the file."""

    field: str
    rows: int


@dataclass(frozen=True)
class _Bad:
    """The bad rows of a check: the field, and SQL of `r` over the rows of the file."""

    field: Field
    where: str

    @property
    def text(self) -> str:
        return f"{measures.column(self.field.name)}::VARCHAR"


def score(corridor: Corridor, upload_id: str) -> Score:
    """Completeness and validity of the rows of a file, as they are cleaned now."""
    return gate.look(corridor, upload_id).score


def values(corridor: Corridor, upload_id: str, check: str) -> list[FoundValue]:
    """The values of the bad rows, the most frequent first, each with what is probably meant."""

    def ask(cursor: Connection, staged: Staged) -> list[FoundValue]:
        bad = _bad(cursor, staged, check)
        rows = cursor.execute(
            f"SELECT {bad.text} AS v, count(*) AS n FROM {gate.rows(staged)} r WHERE {bad.where} AND v IS NOT NULL"
            f" GROUP BY v ORDER BY n DESC, v LIMIT {repair.VALUES}"
        ).fetchall()
        return [FoundValue(str(v), int(n), repair.suggestion(bad.field, str(v))) for v, n in rows]

    found: list[FoundValue] = previewing.staged(corridor, upload_id, ask)
    return found


def project(corridor: Corridor, upload_id: str, check: str, fixes: Fixes) -> FileFix:
    """The score of the file as it is, and as it would be. Writes nothing."""
    result: FileFix = previewing.staged(
        corridor, upload_id, partial(_projected, check=check, fixes=_checked(fixes))
    )
    return result


def _projected(cursor: Connection, staged: Staged, check: str, fixes: Fixes) -> FileFix:
    bad, rows = _bad(cursor, staged, check), gate.rows(staged)
    x = measures.column(bad.field.name)
    cases = " ".join(
        f"WHEN {bad.text} = {literal(v)} THEN {literal(to)}" for v, to in fixes.items()
    )
    new = f"CASE {cases} ELSE {x}::VARCHAR END"
    fixed = f"(SELECT r.* REPLACE (try_cast({new} AS {bad.field.sql_type}) AS {ident(bad.field.name)}) FROM {rows} r)"
    row = cursor.execute(
        f"SELECT count(*) FROM {rows} r WHERE list_contains({literal(list(fixes))}::VARCHAR[], {bad.text})"
    ).fetchone()
    before, after = (gate.score_of(cursor, staged, source) for source in (rows, fixed))
    return FileFix(bad.field.name, int(row[0]) if row else 0, before=before, after=after)


def fix(corridor: Corridor, upload_id: str, check: str, fixes: Fixes) -> Upload:
    """Add a step for each value to the recipe of an open upload. The next preview runs them."""
    wanted = _checked(fixes)

    def ask(cursor: Connection, staged: Staged) -> list[Step]:
        name = _bad(cursor, staged, check).field.name
        return [
            *staged.steps,
            *(Step(op="replace", field=name, value=v, to=to) for v, to in wanted.items()),
        ]

    steps: list[Step] = previewing.staged(corridor, upload_id, ask)
    return drafting.plan(corridor, upload_id, steps=steps)


def _checked(fixes: Fixes) -> dict[str, str]:
    if not fixes or any(not v for v in fixes):
        raise InputError(
            "a fix says for a value what it should be", hint="Such as {'INTX': 'INTJ'}."
        )
    return {str(v): str(to or "") for v, to in fixes.items()}


def _bad(cursor: Connection, staged: Staged, check: str) -> _Bad:
    dataset: Dataset = staged.dataset
    vocabularies.prepare(cursor, measures.vocabularies(dataset))
    found = next(
        (m for m in measures.build(dataset, gate.rows(staged), now()) if m.id == check), None
    )
    if found is None or found.field not in staged.compiled.fields:
        raise InputError(f"the file has no check {check!r}", hint="Ask for its score first.")
    field = dataset.field(found.field)
    if field.type == "list":
        raise InputError(f"{field.label} is a list, which has no single value to replace")
    return _Bad(field, f"coalesce(({found.counted}) AND ({found.bad}), false)")
