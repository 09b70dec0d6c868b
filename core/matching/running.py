"""A run: candidates, weights, the verdict on itself, kept for the review. The first one, or of what changed since."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import duckdb

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import WrongState
from core.history import feed
from core.jobs.progress import Progress
from core.matching import (
    bridges,
    computing,
    decisions,
    index as index_,
    keeping,
    linking,
    people,
    rules as rules_,
)
from core.matching.engine import Engine
from core.matching.found import Run, judged, summary
from core.matching.training import Label
from core.storage.ids import new_id
from core.storage.sql import literal
from core.storage.store import Connection, Store

_QUICK = 60.0  # seconds that a run may have taken to be repeated by itself
STAGES = {"names": 0.15, "candidates": 0.25, "weights": 0.5, "writing": 0.1}


def run(
    store: Store,
    dataset: Dataset,
    progress: Progress | None = None,
    *,
    whole: bool = True,
    actor: Actor = Actor("marquee", "schedule"),
    job: str | None = None,
    guard: Callable[[Connection], None] | None = None,
    labels: Sequence[Label] = (),
    engine: Engine | None = None,
) -> Run:
    """Compare all records, or without `whole` those that were changed since the last run with all. Keeps the pairs, and
    links what the rules of the dataset say. `guard` is asked in the transaction that keeps them. `engine` weighs the
    pairs of a whole run; DuckDB unless another is given. Raises Cancelled.
    """
    progress, began = progress or Progress(), time.monotonic()
    progress.stages = STAGES
    progress.stage("names")
    with store.reader() as cursor, progress.watch(cursor):
        act = feed.last(cursor, dataset.name)
        since = None if whole else computing.last_act(cursor, dataset.name)
        cursor.execute("BEGIN")
        try:
            known = computing.last_model(cursor, dataset.name) if since is not None else None
            model, roles, count, blocked = computing.compute(
                cursor,
                dataset,
                _fresh(dataset, since),
                known,
                progress,
                _labels(cursor, dataset, labels),
                engine,
            )
            bridges.torn(cursor, model)
            run_id = new_id()
            staged = f'staging."match_{run_id.replace("-", "")}"'
            cursor.execute(f"CREATE TABLE {staged} AS {keeping.staged(model)}")
            indexed = keeping.indexed(cursor, model, staged, since is None)
            found = judged(cursor, dataset, run_id, roles, model, count, blocked, since is not None)
        finally:
            cursor.execute("COMMIT")
            computing.forget(cursor)
    found = replace(found, seconds=round(time.monotonic() - began, 2), job=job)

    def keep(connection: Connection) -> None:
        if guard is not None:
            guard(connection)
        keeping.keep(connection, dataset, found, model, staged, act, since)
        if indexed:
            fits = index_.made_of(model, roles)
            index_.keep(connection, dataset, indexed, act, fits, whole=since is None)
        elif since is None:
            index_.forget(connection, dataset.name)

    try:
        progress.stage("writing")
        store.write(keep, name="matching")
    finally:
        for name in (staged, indexed):
            if name:
                store.read(lambda c, name=name: c.execute(f"DROP TABLE IF EXISTS {name}"))  # type: ignore[misc]
    return _linked(store, dataset, found, actor)


def _labels(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, given: Sequence[Label]
) -> list[Label]:
    """What people decided and what was given, of which the latter holds; links by rules teach nothing."""
    rows = cursor.execute(
        f"SELECT left_id::VARCHAR, right_id::VARCHAR, verdict = 'same' FROM ({decisions.latest(dataset.name)})"
        " WHERE verdict IN ('same', 'different') AND door <> ? ORDER BY 1, 2",
        [linking.DOOR],
    ).fetchall()
    said = {(a, b): same for a, b, same in rows}
    said.update({(min(a, b), max(a, b)): bool(same) for a, b, same in given})
    return [(a, b, same) for (a, b), same in said.items()]


def _linked(store: Store, dataset: Dataset, found: Run, actor: Actor) -> Run:
    """The run with what the rules linked; a refusal is told, and no error of the run."""
    rules = store.read(lambda c: rules_.of(c, dataset))
    if rules.link is None:
        return found
    try:
        done = link(store, dataset, actor)
        found = replace(found, linked=done.links, merged=done.merges)
    except WrongState as error:
        found = replace(found, refused=error.detail)
    store.write(
        lambda c: c.execute(
            "UPDATE ops.match_runs SET summary = ? WHERE run_id = ?", [summary(found), found.id]
        )
    )
    return found


def link(store: Store, dataset: Dataset, actor: Actor) -> linking.Linked:
    """Link what the last run found, by the rules of the dataset. Raises WrongState when that is not safe, with why."""
    with store.reader() as cursor:
        rules = rules_.of(cursor, dataset)
        row = cursor.execute(
            "SELECT summary FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1",
            [dataset.name],
        ).fetchone()
        if row is None:
            raise WrongState(
                f"the records of {dataset.name} were not compared yet",
                hint="Run the matching first.",
            )
        said = json.loads(row[0])
        linking.must_be_right(cursor, dataset, rules, said["trusted"], said["verdict"])
    return linking.link(store, dataset, rules, actor)


def _fresh(dataset: Dataset, since: int | None) -> str:
    if since is None:
        return people.records(dataset)
    changed = f"SELECT record_id FROM history.changes WHERE dataset = {literal(dataset.name)} AND act > {since}"
    return people.records(dataset, f"m.record_id IN ({changed})")


def behind(cursor: duckdb.DuckDBPyConnection, dataset: str) -> bool:
    """Whether a dataset that was compared has changes since; those that take long are left to people."""
    row = cursor.execute(
        "SELECT act, (summary ->> 'seconds')::DOUBLE FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1",
        [dataset],
    ).fetchone()
    return row is not None and feed.last(cursor, dataset) > int(row[0]) and float(row[1]) < _QUICK


def follow(store: Store, datasets: Iterable[Dataset]) -> None:
    """Compare what changed in the datasets that were compared before; for the clock."""
    for dataset in datasets:
        if store.read(lambda c, name=dataset.name: behind(c, name)):  # type: ignore[misc]
            run(store, dataset, whole=False)
