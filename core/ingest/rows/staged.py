"""An upload as a typed table in the in-memory `staging` database, and the tables beside it.

A staged table is a cache: the raw file and the plan make it again. Its `rowid` is the row's number
(from 0), because a CREATE TABLE AS keeps the order of the file.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

import duckdb

from core.cleaning.compiler import Compiled
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.files.table import Table
from core.storage.catalog import staged_tables
from core.storage.sql import ident

_OF_UPLOAD = re.compile(r"[udmrlkpfcs]_[0-9a-f]{32}\Z")


@dataclass(frozen=True)
class Staged:
    """A staged upload. Tables: `rows` all rows, `duplicates` (row, rule, other), `matches`, `met`,
    `lacking`, `fixed`."""

    upload_id: str
    dataset: Dataset
    plan: Plan
    steps: tuple[Step, ...]
    table: Table
    compiled: Compiled
    seen: tuple[str, ...] = ()  # fields whose values are looked up
    number: str = "s.rowid + 1"  # SQL for a row's number in the file, for an alias `s`

    def _name(self, prefix: str) -> str:
        return f"staging.{ident(prefix + '_' + self.upload_id.replace('-', ''))}"

    @property
    def rows(self) -> str:
        """Quoted name of the staged rows."""
        return self._name("u")

    @property
    def duplicates(self) -> str:
        """Quoted name of rows that are left out for another row's or record's sake."""
        return self._name("d")

    @property
    def matches(self) -> str:
        """Quoted name of (row, record_id, rank, _c0, ...): rows that meet a record."""
        return self._name("m")

    @property
    def met(self) -> str:
        """Quoted name of a copy of the records that rows may meet, made where they are few of many."""
        return self._name("r")

    @property
    def lacking(self) -> str:
        """Quoted name of (row, _key, own, taken): rows that another one of the file told who they are."""
        return self._name("l")

    @property
    def told(self) -> str:
        """Quoted name of (row_key, root, record_id): identities that are somebody else's, by what somebody said."""
        return self._name("k")

    @property
    def probable(self) -> str:
        """Quoted name of the pairs of a row and who it probably is."""
        return self._name("p")

    @property
    def chosen(self) -> str:
        """Quoted name of (row, choice, record_id, apart): what somebody decided of rows, see chosen.py."""
        return self._name("c")

    @property
    def shared(self) -> str:
        """Quoted name of (row, record_id, taken): rows that meet one record with others; `taken`: it is said to be another's."""
        return self._name("s")

    @property
    def fixed(self) -> str:
        """Quoted name of rows that were checked again with fixed cells: "row" (from 0) and all staged columns."""
        return self._name("f")

    @property
    def line(self) -> str:
        """SQL for a row's place in the file, for an alias `s` of the staged rows."""
        return f"coalesce(s._line, {self.table.first_line} + s.rowid)"


def row_count(cursor: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    row = cursor.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def has(cursor: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether one of the tables of a staged upload was made."""
    return name.partition(".")[2].strip('"') in staged_tables(cursor)


def drop_staged(cursor: duckdb.DuckDBPyConnection, upload_id: str) -> None:
    """Forget what was staged for an upload."""
    hexed = upload_id.replace("-", "")
    for prefix in "udmrlkpfcs":
        cursor.execute(f"DROP TABLE IF EXISTS staging.{ident(f'{prefix}_{hexed}')}")


def staged_ids(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    """The ids of the uploads of which something is staged."""
    return {str(uuid.UUID(name[2:])) for name in staged_tables(cursor) if _OF_UPLOAD.match(name)}


def check_counts(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> dict[int, int]:
    """Position of a check to the number of rows that break it."""
    words = staged.compiled.words
    names = ", ".join(f"_p{w}" for w in range(words))
    rows = cursor.execute(f"SELECT {names}, count(*) FROM {staged.rows} GROUP BY ALL").fetchall()
    counts: dict[int, int] = {}
    for *masks, many in rows:
        for check in staged.compiled.checks:
            if masks[check.word] & check.bit:
                counts[check.position] = counts.get(check.position, 0) + int(many)
    return counts
