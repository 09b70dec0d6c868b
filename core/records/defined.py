"""A SELECT over datasets as they are defined: a field that left keeps its column in the table, and is shown no more.

The statement gets a CTE of the dataset's name without these columns. Whoever writes `main.people` asks for the
table itself. Who sees a part of the records gets what they see by that name, and can name nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.datasets.model import Dataset
from core.datasets.narrowed import Narrowed
from core.datasets.tables import columns, stored, table
from core.records import readonly
from core.storage.sql import ident
from core.storage.store import Connection

# What stands before the first CTE of a statement that has some.
_WITH = re.compile(r"(?is)((?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*with\s+(?:recursive\s+)?)")


def as_defined(cursor: Connection, datasets: Iterable[Dataset], statement: str) -> str:
    """The statement, without columns of fields that are in no definition any more."""
    used, own = readonly.names(statement)
    datasets = list(datasets)
    in_part = any(isinstance(dataset, Narrowed) for dataset in datasets)
    if in_part:
        readonly.check_own(statement, [dataset.name for dataset in datasets])
    parts = [
        f"{ident(dataset.name)} AS (SELECT {_shown(dataset)} FROM {table(dataset)})"
        for dataset in datasets
        if dataset.name in used - own
        and (in_part or set(stored(cursor, dataset)) > set(columns(dataset)))
    ]
    if not parts:
        return statement
    begun = _WITH.match(statement) if own else None
    if begun:
        return f"{begun[1]}{', '.join(parts)}, {statement[begun.end():]}"
    return f"WITH {', '.join(parts)} {statement}"


def _shown(dataset: Dataset) -> str:
    return ", ".join(ident(name) for name in columns(dataset))
