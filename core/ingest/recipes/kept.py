"""Saved recipes: a line each, by dataset and name; at most one of a dataset is bound to a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from core.actor import Actor
from core.errors import Conflict, InputError, NotFound
from core.history.events import now
from core.ingest.recipes.recipe import LONGEST, Recipe
from core.storage.ids import new_id
from core.storage.store import Connection

_COLUMNS = "recipe_id::VARCHAR, name, dataset, source, recipe, actor, created_at, updated_at"


@dataclass(frozen=True)
class Saved:
    """A saved recipe. `source`: the source whose next file gets it by itself; None when it is bound to none."""

    id: str
    name: str
    dataset: str
    source: str | None
    recipe: Recipe
    actor: str
    created_at: datetime
    updated_at: datetime


def clean_name(name: object) -> str:
    """A name without blanks around it. Raises InputError."""
    found = " ".join(str(name).split()) if isinstance(name, str) else ""
    if not 1 <= len(found) <= LONGEST:
        raise InputError(f"a recipe has a name of 1 to {LONGEST} characters")
    return found


def listed(connection: duckdb.DuckDBPyConnection, dataset: str | None = None) -> list[Saved]:
    """Saved recipes by name."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.recipes WHERE (?1 IS NULL OR dataset = ?1)"
        " ORDER BY lower(name), recipe_id",
        [dataset],
    ).fetchall()
    return [_saved(row) for row in rows]


def get(connection: duckdb.DuckDBPyConnection, dataset: str, name: str) -> Saved:
    """One by its name, whatever its case. Raises NotFound naming what there is."""
    found = [s for s in listed(connection, dataset) if s.name.casefold() == name.casefold()]
    if not found:
        there = ", ".join(s.name for s in listed(connection, dataset))
        raise NotFound(f"{dataset} has no recipe {name!r}", hint=f"There are: {there or 'none'}.")
    return found[0]


def bound(connection: duckdb.DuckDBPyConnection, dataset: str, source: str) -> Saved | None:
    """The recipe that files of a source get."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.recipes WHERE dataset = ? AND source = ?", [dataset, source]
    ).fetchone()
    return _saved(row) if row else None


def save(
    connection: Connection, recipe: Recipe, name: str, actor: Actor, *, replace: bool = False
) -> Saved:
    """Keep a recipe under a name; bound to its source, which lets go of another recipe. Raises Conflict."""
    name = clean_name(name)
    there = [s for s in listed(connection, recipe.dataset) if s.name.casefold() == name.casefold()]
    if there and not replace:
        raise Conflict(
            f"there is a recipe {there[0].name!r} already",
            hint="Give it another name, or say that it is to be replaced.",
        )
    recipe = recipe.model_copy(update={"name": name})
    created = there[0].created_at if there else now()
    recipe_id = there[0].id if there else new_id()
    connection.execute("DELETE FROM ops.recipes WHERE recipe_id = ?", [recipe_id])
    _let_go(connection, recipe.dataset, recipe.source)
    connection.execute(
        "INSERT INTO ops.recipes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [recipe_id, name, recipe.dataset, recipe.source, recipe.model_dump_json()]
        + [actor.who, created, now()],
    )
    return get(connection, recipe.dataset, name)


def bind(connection: Connection, dataset: str, name: str, source: str | None) -> Saved:
    """Bind a recipe to a source, or to none. Raises NotFound."""
    found = get(connection, dataset, name)
    _let_go(connection, dataset, source)
    recipe = found.recipe.model_copy(update={"source": source})
    connection.execute(
        "UPDATE ops.recipes SET source = ?, recipe = ?, updated_at = ? WHERE recipe_id = ?",
        [source, recipe.model_dump_json(), now(), found.id],
    )
    return get(connection, dataset, name)


def remove(connection: Connection, dataset: str, name: str) -> None:
    """Forget a recipe; uploads that it was used for stay as they are. Raises NotFound."""
    found = get(connection, dataset, name)
    connection.execute("DELETE FROM ops.recipes WHERE recipe_id = ?", [found.id])


def _let_go(connection: Connection, dataset: str, source: str | None) -> None:
    if source is not None:
        connection.execute(
            "UPDATE ops.recipes SET source = NULL WHERE dataset = ? AND source = ?",
            [dataset, source],
        )


def _saved(row: tuple[Any, ...]) -> Saved:
    recipe_id, name, dataset, source, recipe, *rest = row
    known = Recipe.model_validate_json(recipe).model_copy(update={"source": source})
    return Saved(recipe_id, name, dataset, source, known, *rest)
