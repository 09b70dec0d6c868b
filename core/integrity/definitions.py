"""The tables of records against the definitions of the datasets."""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.datasets.tables import columns
from core.integrity.findings import Finding
from core.storage import catalog


def usable(cursor: duckdb.DuckDBPyConnection, registry: Registry) -> list[Dataset]:
    """The datasets whose table is there and has every column with its type."""
    have = _tables(cursor)
    return [d for d in registry.all() if d.name in have and not _differences(d, have[d.name])]


def check(cursor: duckdb.DuckDBPyConnection, registry: Registry) -> list[Finding]:
    """Broken definitions, tables without one, columns that differ."""
    registry.refresh()
    have, known = _tables(cursor), registry.datasets
    found = [
        Finding("dataset_broken", name, 1, (error.detail,), definition=True)
        for name, error in registry.broken.items()
    ]
    told = {
        row[0]
        for row in cursor.execute(
            "SELECT name FROM ops.datasets UNION SELECT DISTINCT dataset FROM history.changes"
        ).fetchall()
    }
    found += [
        Finding("dataset_unknown", name, 1, (f"main.{name}",))
        for name in sorted((set(have) | told) - set(known))
    ]
    for name in sorted(set(have) & set(known)):
        if different := _differences(known[name], have[name]):
            found.append(
                Finding(
                    "table_differs", name, len(different), tuple(different[:5]), definition=True
                )
            )
    lost = sorted(told & set(known) - set(have))
    found += [Finding("table_differs", name, 1, ("the table is gone",)) for name in lost]
    return found


def _tables(cursor: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    return {shape.name: shape.columns for shape in catalog.shapes(cursor, ("main",))}


def _differences(dataset: Dataset, have: dict[str, str]) -> list[str]:
    return [
        f"{name} is {have.get(name, 'missing')} and should be {kind}"
        for name, kind in columns(dataset).items()
        if have.get(name) != kind
    ]
