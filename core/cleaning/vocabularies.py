"""The words of vocabularies where the SQL of the step finds them: see core/cleaning/steps/vocabulary.py."""

from __future__ import annotations

import threading

import duckdb

from core.datasets import vocabulary
from core.storage.sql import literal

_CATALOGUE_LOCK = threading.Lock()  # two creations of one type at once would conflict


def prepare(cursor: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Give this connection the enum types (words) and variables (spellings) that the SQL speaks of."""
    for name in names:
        words = vocabulary.load(name)
        with _CATALOGUE_LOCK:
            values = ", ".join(literal(word) for word in words)
            cursor.execute(
                f"CREATE TYPE IF NOT EXISTS staging.vocabulary_{name} AS ENUM ({values})"
            )
        spelled = literal("\x1f".join(words.values()))  # one text is parsed faster than thousands
        cursor.execute(f"SET VARIABLE vocabulary_{name} = string_split({spelled}, chr(31))")
