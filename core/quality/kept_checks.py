"""Expectations as they are kept: saved, listed, deleted, run over the records; their last results and incidents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor
from core.datasets import tables
from core.errors import NotFound
from core.history import events, feed
from core.history.events import now
from core.ingest.corridor import Corridor
from core.quality import drift, expectation as expectation_, incidents, kept, running, trend
from core.quality.expectation import Expectation
from core.quality.running import Outcome
from core.storage.ids import check_id, new_id
from core.storage.store import Connection

RESULTS = 200  # that are kept of one check


@dataclass(frozen=True)
class Last:
    """The newest result of an expectation."""

    at: datetime
    state: str
    counted: int
    bad: int
    unanswered: int
    message: str


def save(corridor: Corridor, given: Expectation, actor: Actor) -> Expectation:
    """Keep an expectation; with the id of one that is there it takes its place. Raises InputError, NotFound."""
    expectation_.check(corridor.registry, given)
    dataset = corridor.dataset(given.dataset)
    if given.kind == "sql":
        corridor.database.read(
            lambda c: running.bind(c, corridor.registry, given, tables.table(dataset))
        )
    made = given if given.id else given.model_copy(update={"id": new_id()})
    wanted = check_id(made.id, "check")
    made = made.model_copy(update={"id": wanted})

    def task(connection: Connection) -> None:
        there = connection.execute(
            "DELETE FROM ops.quality_expectations WHERE expectation_id = ?::UUID RETURNING dataset",
            [wanted],
        ).fetchone()
        if there and there[0] != made.dataset:  # whoever may work on one dataset takes no other's
            raise _unknown(wanted)
        connection.execute(
            "INSERT INTO ops.quality_expectations VALUES (?, ?, ?, ?, ?, ?)",
            [wanted, made.dataset, made.title, made.model_dump_json(), actor.who, now()],
        )
        events.append(
            connection,
            "quality.check_saved",
            actor,
            dataset=made.dataset,
            details={"check": made.title},
        )

    corridor.database.write(task)
    return made


def delete(corridor: Corridor, expectation_id: str, actor: Actor) -> None:
    """Forget an expectation; its incident is resolved. Raises NotFound."""
    gone = get(corridor, expectation_id)

    def task(connection: Connection) -> None:
        connection.execute(
            "DELETE FROM ops.quality_expectations WHERE expectation_id = ?::UUID", [gone.id]
        )
        incidents.saw(connection, gone.dataset, cause(gone), failing=False, title=gone.title)
        events.append(
            connection,
            "quality.check_deleted",
            actor,
            dataset=gone.dataset,
            details={"check": gone.title},
        )

    corridor.database.write(task)


def cause(given: Expectation) -> str:
    """What its incident is known by."""
    return f"check:{given.id}"


def load(connection: Connection, dataset: str | None = None) -> list[Expectation]:
    """The expectations of a dataset, or all, by name."""
    rows = connection.execute(
        "SELECT definition FROM ops.quality_expectations WHERE (? IS NULL OR dataset = ?)"
        " ORDER BY name, expectation_id",
        [dataset, dataset],
    ).fetchall()
    return [Expectation.model_validate(json.loads(row[0])) for row in rows]


def get(corridor: Corridor, expectation_id: str, dataset: str | None = None) -> Expectation:
    """One expectation, of that dataset where one is named. Raises NotFound."""
    wanted = check_id(expectation_id, "check")
    for each in corridor.database.read(lambda c: load(c, dataset)):
        if each.id == wanted:
            return each
    raise _unknown(expectation_id)


def _unknown(expectation_id: str) -> NotFound:
    return NotFound(f"there is no check {expectation_id!r}")


def last(connection: Connection, dataset: str) -> dict[str, Last]:
    """Expectation id to its newest result."""
    rows = connection.execute(
        "SELECT expectation_id::VARCHAR, happened_at, state, counted, bad, unanswered, message"
        " FROM ops.quality_results WHERE dataset = ?"
        " QUALIFY row_number() OVER (PARTITION BY expectation_id ORDER BY happened_at DESC) = 1",
        [dataset],
    ).fetchall()
    return {str(row[0]): Last(*row[1:]) for row in rows}


def run(corridor: Corridor, name: str) -> list[Outcome]:
    """Ask every expectation of a dataset, keep what came of it, and open or resolve incidents."""
    dataset = corridor.dataset(name)
    kept.catch_up(corridor, name)
    outcomes = []
    with corridor.database.reader() as cursor:
        act = feed.last(cursor, name)
        for each in load(cursor, name):
            outcomes.append(running.run(cursor, corridor.registry, each, tables.table(dataset)))
        steps = trend.steps(cursor, dataset)
        odd = [a for a in drift.anomalies(cursor, dataset, steps) if a.act == act]

    def task(connection: Connection) -> None:
        for outcome in outcomes:
            _keep(connection, name, outcome, act)
        for anomaly in odd:
            title = f"{anomaly.what} is out of line: {anomaly.value:.1f}, {anomaly.mean:.1f} before"
            about = f"anomaly:{anomaly.what}"
            incidents.saw(
                connection, name, about, failing=True, title=title, severity="warning", act=act
            )

    if outcomes or odd:
        corridor.database.write(task)
    return outcomes


def _keep(connection: Connection, dataset: str, outcome: Outcome, act: int) -> None:
    given = outcome.expectation
    connection.execute(
        "INSERT INTO ops.quality_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(given.id, dataset, act, now(), outcome.state),
            *(outcome.counted, outcome.bad, outcome.unanswered, outcome.message),
        ],
    )
    connection.execute(
        "DELETE FROM ops.quality_results WHERE expectation_id = ?::UUID AND happened_at <"
        " (SELECT happened_at FROM ops.quality_results WHERE expectation_id = ?::UUID"
        f" ORDER BY happened_at DESC LIMIT 1 OFFSET {RESULTS})",
        [given.id, given.id],
    )
    title = f"{given.title}: {outcome.message}" if outcome.failing else given.title
    incidents.saw(
        connection,
        dataset,
        cause(given),
        failing=outcome.failing,
        title=title,
        severity=given.severity,
        owner=given.owner,
        bad=outcome.bad,
        act=act,
    )


def run_all(corridor: Corridor) -> None:
    """For the clock: datasets whose records changed since their checks were run last."""
    for dataset in corridor.registry.all():
        with corridor.database.reader() as cursor:
            newest = feed.last(cursor, dataset.name)
            row = cursor.execute(
                "SELECT max(act) FROM ops.quality_results WHERE dataset = ?", [dataset.name]
            ).fetchone()
            checks = load(cursor, dataset.name)
        if checks and newest > int(row[0] or 0 if row else 0):
            run(corridor, dataset.name)
        elif newest:
            kept.catch_up(corridor, dataset.name)
