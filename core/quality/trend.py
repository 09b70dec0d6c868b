"""Scores over time, and which act caused each change: read from the counts that were kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.datasets import tables
from core.datasets.model import Dataset
from core.datasets.scoring import Dimension
from core.history.events import now
from core.quality import measures, score as score_
from core.quality.score import Checked, Score
from core.storage.store import Connection

CAUSES = 5  # checks named for one change


@dataclass(frozen=True)
class Cause:
    """One check that an act changed: by how many bad units, and what that is worth in points of the total."""

    check: str
    title: str
    bad: int
    points: float


@dataclass(frozen=True)
class Step:
    """The scores after an act, and how they came about.

    `points` is the change of the total; None where one of both was not measured. `acts` is more than one where
    many were counted together. Freshness has no part in this: time changes it, and no act.
    """

    act: int
    acts: int
    at: datetime
    kind: str  # import, rollback, edit, several
    upload_id: str | None
    filename: str | None
    actor: str | None
    door: str | None
    taken_back: bool
    records: int
    changed: int
    total: float | None
    points: float | None
    dimensions: dict[Dimension, float | None]
    causes: tuple[Cause, ...]

    @property
    def words(self) -> str:
        """The change in one line: "-3.1 points: people.csv, 1,204 x Birth date is missing"."""
        return sentence(self)


def steps(cursor: Connection, dataset: Dataset, limit: int = 500) -> list[Step]:
    """The newest `limit` counted acts, the oldest of them first."""
    rows = cursor.execute(
        "SELECT a.act, a.first_act, a.happened_at, a.upload_id::VARCHAR, a.actor, a.door, a.records, a.changed,"
        " u.filename, u.kind, u.status, t.filename FROM ops.quality_acts a"
        " LEFT JOIN ops.uploads u USING (upload_id)"
        " LEFT JOIN ops.uploads t ON t.upload_id = u.target_id"
        " WHERE a.dataset = ? ORDER BY a.act DESC LIMIT ?",
        [dataset.name, limit + 1],
    ).fetchall()
    rows.reverse()
    counts = _counts(cursor, dataset, int(rows[0][0]) if rows else 0)
    found: list[Step] = []
    before: Score | None = None
    for act, first, at, upload, actor, door, records, changed, name, kind, status, target in rows:
        after = score_.made(dataset, int(records), counts.get(int(act), ()))
        single = int(first) == int(act)
        step = Step(
            act=int(act),
            acts=int(act) - int(first) + 1,
            at=at,
            kind=_kind(kind, upload, single),
            upload_id=upload,
            filename=target or name,
            actor=actor,
            door=door,
            taken_back=status == "rolled_back",
            records=int(records),
            changed=int(changed),
            total=after.total,
            points=None,
            dimensions=after.dimensions,
            causes=(),
        )
        found.append(_changed(dataset, step, before, after))
        before = after
    return found[-limit:]


def _kind(kind: str | None, upload: str | None, single: bool) -> str:
    if not single:
        return "several"
    return kind or "import" if upload else "edit"


def _changed(dataset: Dataset, step: Step, before: Score | None, after: Score) -> Step:
    if before is None:
        return step
    both = None not in (before.total, after.total)
    points = (after.total or 0.0) - (before.total or 0.0) if both else None
    return replace(step, points=points, causes=_causes(dataset, before, after))


def _causes(dataset: Dataset, before: Score, after: Score) -> tuple[Cause, ...]:
    """Each check's share: the total as it is, less the total with this check as it was."""
    olds = {c.id: c for c in before.checks}
    found = []
    for check in after.checks:
        old = olds.get(check.id)
        if old is None or (old.counted, old.bad) == (check.counted, check.bad):
            continue
        others = [old if c.id == check.id else c for c in after.checks]
        without = score_.made(dataset, after.records, others).total
        points = (
            (after.total or 0.0) - (without or 0.0) if None not in (after.total, without) else 0.0
        )
        found.append(Cause(check.id, check.title, check.bad - old.bad, points))
    down = (after.total or 0.0) < (before.total or 0.0)
    found.sort(key=lambda c: (c.points if down else -c.points, -abs(c.bad)))
    return tuple(found[:CAUSES])


def _counts(cursor: Connection, dataset: Dataset, since: int) -> dict[int, tuple[Checked, ...]]:
    known = {m.id: m for m in measures.build(dataset, tables.table(dataset), now()) if m.scored}
    found: dict[int, list[Checked]] = {}
    for act, check, counted, bad in cursor.execute(
        "SELECT act, check_id, counted, bad FROM ops.quality_counts WHERE dataset = ? AND act >= ?"
        " ORDER BY act",
        [dataset.name, since],
    ).fetchall():
        if check in known:  # a check that left the definition is no part of the score of today
            found.setdefault(int(act), []).append(
                score_.checked(dataset, known[check], counted, bad)
            )
    return {act: tuple(checks) for act, checks in found.items()}


def sentence(step: Step) -> str:
    """What an act did to the total, in one line."""
    what = {"import": "upload", "rollback": "rollback of", "edit": "edit by"}.get(step.kind, "")
    who = step.filename if step.kind in ("import", "rollback") else step.actor
    if step.kind == "several":
        what, who = f"{step.acts:,} acts, counted together", ""
    named = " ".join(part for part in (what, who or "") if part)
    if step.points is None:
        return f"{named}, {step.changed:,} changes"
    worst = [c for c in step.causes if c.bad and c.points * (step.points or 0) > 0]
    causes = "; ".join(f"{c.bad:+,} x {c.title}" for c in worst[:3])
    form = "+.1f" if abs(step.points) >= 0.1 or not step.points else "+.2f"
    return f"{step.points:{form}} points: {named}{', ' + causes if causes else ''}"
