"""What a run does by itself: the rules of a dataset, from its definition or as people set them by a door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
from pydantic import ValidationError

from core.actor import Actor
from core.datasets.linking import LEAST_ASK, Matching
from core.datasets.model import Dataset
from core.errors import InputError
from core.history import events
from core.history.events import now

PREVIEW = 0.9  # the probability from which a preview tells of a pair, where nothing else is said


@dataclass(frozen=True)
class Rules:
    """The rules that hold. `link` None: nothing is linked by itself. `said_by`: who set them; None: the definition."""

    link: float | None
    ask: float
    merge: bool
    preview: float
    said_by: str | None = None
    set_at: datetime | None = None


def of(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> Rules:
    """The rules of a dataset: what somebody set last, or its definition."""
    row = cursor.execute(
        "SELECT rules, actor, set_at FROM history.match_rules WHERE dataset = ? ORDER BY set_at DESC LIMIT 1",
        [dataset.name],
    ).fetchone()
    if row is None or row[0] is None:
        return _rules(dataset.matching, None, None)
    return _rules(Matching.model_validate_json(row[0]), row[1], row[2])


def _rules(said: Matching, who: str | None, at: datetime | None) -> Rules:
    ask = LEAST_ASK if said.ask is None else said.ask
    preview = PREVIEW if said.ask is None else said.ask
    return Rules(said.link, ask, said.merge, preview, who, at)


def set_(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    given: Mapping[str, Any] | None,
    actor: Actor,
) -> Rules:
    """Set the rules, inside the writer's transaction; None gives them back to the definition. Raises InputError."""
    said = None if given is None else _checked(given)
    text = None if said is None else said.model_dump_json()
    connection.execute(
        "INSERT INTO history.match_rules VALUES (?, ?, ?, ?, ?)",
        [dataset.name, text, actor.who, actor.door, now()],
    )
    told: dict[str, object] = {"rules": None if text is None else json.loads(text)}
    events.append(connection, "match.rules", actor, dataset=dataset.name, details=told)
    return of(connection, dataset)


def _checked(given: Mapping[str, Any]) -> Matching:
    try:
        return Matching.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"rules of matching: {place}: {first['msg']}" if place else first["msg"],
            hint="link and ask are probabilities below 1, ask is at most link, and merge needs link.",
        ) from error
