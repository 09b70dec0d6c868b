"""The gate of an import: a file that scores too low, or breaks a check, is refused or waits until somebody accepts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.scoring import DIMENSIONS, Dimension
from core.datasets.tables import columns
from core.errors import QualityGate
from core.history import events
from core.history.events import now
from core.ingest import previewing, states
from core.ingest.corridor import Corridor
from core.ingest.preview import Preview
from core.ingest.rows.staged import Staged
from core.quality import (
    expectation as expectation_,
    kept_checks,
    measures,
    running,
    score as score_,
)
from core.quality.running import Outcome
from core.quality.score import Score
from core.storage.sql import ident
from core.storage.store import Connection

OF_A_FILE: tuple[Dimension, ...] = DIMENSIONS[
    :2
]  # completeness and validity of the fields that it has
Verdict = Literal["pass", "ask", "refuse"]


@dataclass(frozen=True)
class Accepted:
    """Who let a file in, and why."""

    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Report:
    """What the gate says of an upload: its score, the checks that concern it, and why it does not pass."""

    upload_id: str
    verdict: Verdict
    reasons: tuple[str, ...]
    score: Score
    outcomes: tuple[Outcome, ...]
    accepted: Accepted | None


class Keeper:
    """The gate, as the corridor asks it."""

    def __init__(self, corridor: Corridor) -> None:
        self._corridor = corridor

    def __call__(self, preview: Preview) -> None:
        """Raises QualityGate."""
        dataset = preview.staged.dataset
        bounds = dataset.quality.ask_below, dataset.quality.refuse_below
        with self._corridor.database.reader() as cursor:
            if bounds == (None, None) and not _concerned(self._corridor, cursor, preview.staged):
                return
            found = report(self._corridor, cursor, preview.staged)
        if found.verdict == "refuse" or (found.verdict == "ask" and not found.accepted):
            hint = "Repair the file and upload it again." if found.verdict == "refuse" else None
            raise QualityGate("; ".join(found.reasons), hint=hint, verdict=found.verdict)


def look(corridor: Corridor, upload_id: str) -> Report:
    """What the gate would say of an upload; previews it if need be."""
    found: Report = previewing.staged(
        corridor, upload_id, lambda cursor, staged: report(corridor, cursor, staged)
    )
    return found


def report(corridor: Corridor, cursor: Connection, staged: Staged) -> Report:
    """The score of the rows as they were read, and the checks that speak only of fields of the file."""
    table = rows(staged)
    score = score_of(cursor, staged, table)
    outcomes = tuple(
        running.run(cursor, corridor.registry, each, table)
        for each in _concerned(corridor, cursor, staged)
    )
    verdict, reasons = _verdict(staged.dataset, score, outcomes)
    accepted = _accepted(cursor, staged.upload_id)
    return Report(staged.upload_id, verdict, reasons, score, outcomes, accepted)


def rows(staged: Staged) -> str:
    """The rows of the file in the shape of the records; fields that it does not have are empty."""
    given = set(staged.compiled.fields)
    cells = ", ".join(
        f"s.{ident(n)}" if n in given or n == "_key" else f"NULL::{kind} AS {ident(n)}"
        for n, kind in columns(staged.dataset).items()
    )
    return f"(SELECT {cells} FROM {staged.rows} s)"


def score_of(cursor: Connection, staged: Staged, table: str) -> Score:
    """Completeness and validity of rows in the shape of the records, of the fields that the file has."""
    dataset, given = staged.dataset, set(staged.compiled.fields)
    score_.prepare(cursor, dataset)
    found = [
        m
        for m in measures.build(dataset, table, now())
        if m.dimension in OF_A_FILE and m.field in given
    ]
    if not found:
        return score_.made(dataset, 0, (), "file")
    many, checks = score_.count(cursor, dataset, found, table)
    return score_.made(dataset, many, checks, "file")


def _concerned(
    corridor: Corridor, cursor: Connection, staged: Staged
) -> list[expectation_.Expectation]:
    """Checks with a gate that speak of nothing but fields of the file."""
    given = set(staged.compiled.fields)
    found = []
    for each in kept_checks.load(cursor, staged.dataset.name):
        if each.gate == "none" or each.kind == "freshness":
            continue
        compiled = expectation_.compiled(corridor.registry, each, staged.rows)
        if set(compiled.fields) <= given:
            found.append(each)
    return found


def _verdict(
    dataset: Dataset, score: Score, outcomes: Sequence[Outcome]
) -> tuple[Verdict, tuple[str, ...]]:
    refuse: list[str] = []
    ask: list[str] = []
    for bound, reasons in (
        (dataset.quality.refuse_below, refuse),
        (dataset.quality.ask_below, ask),
    ):
        if bound is not None and score.total is not None and score.total < bound:
            reasons.append(
                f"the file scores {score.total:.1f}, and at least {bound:g} is asked for"
            )
    for outcome in outcomes:
        if outcome.failing:
            reasons = refuse if outcome.expectation.gate == "refuse" else ask
            reasons.append(f"{outcome.expectation.title}: {outcome.message}")
    if refuse:
        return "refuse", tuple(refuse)
    return ("ask", tuple(ask)) if ask else ("pass", ())


def _accepted(cursor: Connection, upload_id: str) -> Accepted | None:
    row = cursor.execute(
        "SELECT actor, happened_at, reasons FROM ops.quality_accepted WHERE upload_id = ?::UUID"
        " ORDER BY happened_at DESC LIMIT 1",
        [upload_id],
    ).fetchone()
    return Accepted(*row) if row else None


def accept(corridor: Corridor, upload_id: str, reason: str, actor: Actor) -> None:
    """Let an upload in that the gate asks about; one that it refuses stays out. It is open again."""
    upload = corridor.upload(upload_id)

    def task(connection: Connection) -> None:
        states.reopen(connection, upload.id)
        connection.execute(
            "INSERT INTO ops.quality_accepted VALUES (?, ?, ?, ?)",
            [upload.id, actor.who, now(), reason[:2_000]],
        )
        events.append(
            connection,
            "quality.accepted",
            actor,
            dataset=upload.dataset,
            upload_id=upload.id,
            details={"reason": reason[:2_000]},
        )

    corridor.database.write(task)
