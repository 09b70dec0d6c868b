"""What finds the candidates of a whole run and weighs them: DuckDB, or another engine with the same result."""

from __future__ import annotations

from typing import Protocol

import duckdb

from core.jobs.progress import Progress
from core.matching import blocking, scoring
from core.matching.blocking import Blocked
from core.matching.model import Model


class Engine(Protocol):
    """Fills `scored` (see `scoring`) for the tables of `people`; with `keep` also `keyed` (see `blocking`)."""

    def __call__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        model: Model,
        people: int,
        progress: Progress,
        *,
        keep: bool,
    ) -> Blocked: ...


def here(
    cursor: duckdb.DuckDBPyConnection,
    model: Model,
    people: int,
    progress: Progress,
    *,
    keep: bool,
) -> Blocked:
    """The engine of this process: DuckDB."""
    progress.stage("candidates")
    blocked = blocking.block(cursor, model, keep=keep)
    progress.stage("weights")
    scoring.score(cursor, model, people, progress)
    return blocked
