"""The computation of a run: candidates, their weights, and the model as the data and the decisions make it.

Fills `scored` of a cursor, and writes nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.jobs.progress import Progress
from core.matching import (
    blocking,
    index as index_,
    people,
    roles as roles_,
    scoring,
    training,
    whole,
)
from core.matching.blocking import Blocked
from core.matching.engine import Engine, here
from core.matching.model import UNIT, Model, default, from_dict
from core.matching.roles import Compared, Roles
from core.matching.training import Label
from core.storage.sql import ident


def compute(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    source: str,
    known: Model | None = None,
    progress: Progress | None = None,
    labels: Sequence[Label] = (),
    engine: Engine | None = None,
) -> tuple[Model, Roles, int, Blocked]:
    """Fill `scored` for a SELECT of people (see `people`). The model as it was used, and what was compared.

    `known` is a model to use as it is; without one it is counted on the data, and learned from `labels`.
    """
    roles, progress = roles_.of(dataset), progress or Progress()
    if known is not None:
        roles = replace(roles, compared=tuple(Compared(c.field, c.kind) for c in known.comparisons))
        progress.stage("candidates")
        caps = _caps(cursor, dataset)
        if kept := index_.known(cursor, dataset, known, roles, caps):
            count, blocked = index_.gather(cursor, dataset, roles, known, source, kept)
        else:
            count = people.gather(cursor, dataset, roles, known, source)
            blocked = blocking.block(cursor, known)
        progress.stage("weights")
        scoring.score(cursor, known, count, progress)
        whole.judge(cursor, known)
        _clear(cursor)
        return known, roles, count, blocked
    roles = useful(cursor, dataset, roles)
    model = default(roles)
    count = people.gather(cursor, dataset, roles, model, source)
    model = replace(training.chance(cursor, model, count), prior=training.usual_prior(count))
    blocked = (engine or here)(cursor, model, count, progress, keep=count >= index_.LEAST)
    whole.judge(cursor, model)
    training.label(cursor, labels)
    model = _count_prior(cursor, model, count)
    if training.enough(cursor):
        model = _count_prior(cursor, training.learn(cursor, model), count)
    model = training.calibrate(cursor, model)
    _clear(cursor)
    return model, roles, count, blocked


def _clear(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(f"DELETE FROM scored WHERE weight < {round(UNIT * scoring.FLOOR)}")


def _caps(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[int]:
    """The caps of the last run, by rule; none before the first."""
    row = cursor.execute(
        "SELECT summary FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1",
        [dataset.name],
    ).fetchone()
    return list(json.loads(row[0]).get("caps", ())) if row else []


def _count_prior(cursor: duckdb.DuckDBPyConnection, model: Model, count: int) -> Model:
    prior = training.counted_prior(cursor, model, count)
    cursor.execute(f"UPDATE scored SET weight = weight + {round(UNIT * (prior - model.prior))}")
    return replace(model, prior=prior)


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop what a computation left."""
    people.forget(cursor)
    index_.drop(cursor)
    for name in ("pairs", "scored", "bridging"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def useful(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, roles: Roles) -> Roles:
    """The roles without codes that are another one in every record: they say nothing of two records."""
    codes = [c.field for c in roles.compared if c.kind in ("code", "text")]
    if not codes:
        return roles
    counts = ", ".join(f"count({ident(n)}), count(DISTINCT {ident(n)})" for n in codes)
    row = cursor.execute(f"SELECT {counts} FROM {table(dataset)}").fetchone() or ()
    unique = {
        n
        for i, n in enumerate(codes)
        if row[2 * i] == row[2 * i + 1] and (row[2 * i] >= 50 or n in dataset.key.fields)
    }
    why = dict.fromkeys(sorted(unique), "is another one in every record")
    kept = tuple(c for c in roles.compared if c.field not in unique)
    return replace(roles, compared=kept, left_out={**roles.left_out, **why})


def last_act(cursor: duckdb.DuckDBPyConnection, dataset: str) -> int | None:
    """The act up to which records were compared; None before the first run."""
    row = cursor.execute(
        "SELECT max(act) FROM ops.match_runs WHERE dataset = ?", [dataset]
    ).fetchone()
    return row[0] if row else None


def last_model(cursor: duckdb.DuckDBPyConnection, dataset: str) -> Model | None:
    """The model of the last run; None before the first, or when fields that it compares are gone."""
    row = cursor.execute(
        "SELECT model FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1", [dataset]
    ).fetchone()
    return from_dict(json.loads(row[0])) if row else None
