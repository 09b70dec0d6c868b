"""What an import would do, row by row: pages of new, changed, unchanged, conflicting, rejected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import duckdb

from core.ingest.deciders.answers import QUESTIONS
from core.ingest.problems import Problem, title
from core.ingest.rows import compare, together, told
from core.ingest.rows.merge import EXTRA, of, unchanged
from core.ingest.rows.staged import Staged
from core.ingest.uploads import Counts
from core.storage.sql import ident, literal

Outcome = Literal["new", "changed", "unchanged", "repeated", "conflicting", "rejected", "deleted"]


@dataclass(frozen=True)
class FieldChange:
    """One field: old and new value, JSON-able."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class RowChange:
    """What becomes of one row. `row` counts from 1; `line` is its place in the file."""

    outcome: Outcome
    row: int | None
    line: int | None
    record_id: str | None
    title: str | None
    fields: tuple[FieldChange, ...] = ()
    problems: tuple[str, ...] = ()
    cells: tuple[str | None, ...] = field(default=())


COLUMNS = ("row", "record_id", "record", "field", "old", "new", "why")


def lines(row: RowChange) -> Iterator[list[Any]]:
    """A row for a CSV file with COLUMNS: a line for each field that it gives or changes."""
    head, why = [row.row, row.record_id, row.title], "; ".join(row.problems) or None
    if not row.fields:
        yield [*head, None, None, None, why]
    for change in row.fields:
        yield [*head, change.field, change.old, change.new, why]


@dataclass(frozen=True)
class Preview:
    """An import as it would be now. Nothing live was touched. `id` is the upload's id."""

    id: str
    staged: Staged
    counts: Counts
    problems: list[Problem]
    data_version: int
    mark: str = ""  # of what would become of every row, see promise.py
    refused: int = 0  # rows that somebody left out; they are among the rejected ones
    of_source: int = 0  # records that the source brought, where it is replaced

    @property
    def mapping(self) -> tuple[Any, ...]:
        """Column by column: field, confidence, reason."""
        return self.staged.plan.mapping

    @property
    def recipe(self) -> tuple[Any, ...]:
        """The cleaning steps as they ran, those found from the evidence included."""
        return self.staged.steps

    @property
    def questions(self) -> list[Problem]:
        """What only a person can decide: the order of day and month, the century ... where nothing shows it."""
        return [p for p in self.problems if p.rule in QUESTIONS]


def changes(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    outcome: Outcome,
    limit: int = 50,
    offset: int = 0,
    field: str | None = None,
    search: str | None = None,
) -> list[RowChange]:
    """One page of rows with that outcome, in the order of the file.

    `field`: changed ones that change it, and no others; `search`: those whose title has this text.
    """
    if field and outcome != "changed":
        return []
    if outcome == "deleted" and staged.plan.mode != "replace":
        return []
    show: dict[Outcome, Callable[..., list[RowChange]]] = {
        **{"changed": _changed, "repeated": _repeated, "deleted": _deleted},
        **{"rejected": _set_aside, "conflicting": _set_aside},
    }
    source = _source(cursor, staged, outcome, field, search)
    return show.get(outcome, _whole)(cursor, staged, outcome, source, limit, offset)


def number(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    outcome: Outcome,
    field: str | None = None,
    search: str | None = None,
) -> int:
    """How many rows `changes` would give page by page."""
    if field and outcome != "changed":
        return 0
    if outcome == "deleted" and staged.plan.mode != "replace":
        return 0
    sql, parameters = _source(cursor, staged, outcome, field, search)
    row = cursor.execute(f"SELECT count(*) {sql}", parameters).fetchone()
    return int(row[0]) if row else 0


Source = tuple[
    str, list[Any]
]  # FROM and WHERE of rows, `s` (of records that go, `m`), and its parameters


def _source(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    outcome: Outcome,
    field: str | None,
    search: str | None,
) -> Source:
    d, rows = staged.duplicates, staged.rows
    if outcome == "deleted":
        sql = f"FROM ({compare.absent(staged)}) m WHERE true{_titled('m', staged, search)}"
        return sql, [compare.source(staged)]
    if outcome == "changed":
        found = of(staged)
        flags = [m.flag for m in found if m.name == field] or ["false"]  # the file has it not
        only = f" AND {flags[0]}" if field else ""
        return (
            f'FROM {staged.matches} x JOIN {told.rows(cursor, staged)} s ON s.rowid = x."row"'
            f" JOIN {compare.records(cursor, staged)} m ON m.record_id = x.record_id"
            f" WHERE NOT ({unchanged(found)}){only}{_titled('m', staged, search)}"
        ), []
    if outcome == "new":
        source = f"{rows} s WHERE {compare.new_rows(staged)}"
    elif outcome == "unchanged":
        same = unchanged(of(staged))
        source = f'{staged.matches} x JOIN {rows} s ON s.rowid = x."row" WHERE {same}'
    elif outcome == "repeated":
        source = (
            f'{d} d JOIN {rows} s ON s.rowid = d."row" JOIN {rows} m ON m.rowid = d.other'
            f" WHERE d.rule IN {compare.REPEATED}"
        )
    else:
        wanted = f"NOT s._error AND d.rule IN {compare.CONFLICTING}"
        if outcome == "rejected":
            kept = f"d.rule IN {compare.CONFLICTING} OR d.rule IN {compare.REPEATED}"
            wanted = f"(s._error OR NOT ({kept}))"
        source = f'{rows} s LEFT JOIN {d} d ON d."row" = s.rowid WHERE {wanted}'
    return f"FROM {source}{_titled('s', staged, search)}", []


def _titled(alias: str, staged: Staged, search: str | None) -> str:
    """SQL condition: the title has the text of `search`, in any case and without accents."""
    if not search:
        return ""
    title_ = f"{alias}.{ident(staged.dataset.title_field)}::VARCHAR"
    return f" AND contains(lower(strip_accents({title_})), lower(strip_accents({literal(search)})))"


def _rows(
    cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]
) -> list[dict[str, Any]]:
    cursor.execute(sql, parameters)
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def _whole(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    outcome: Outcome,
    source: Source,
    limit: int,
    offset: int,
) -> list[RowChange]:
    names = staged.compiled.fields
    values = ", ".join(f"s.{ident(n)} AS {ident('v_' + n)}" for n in names)
    record = "NULL::VARCHAR" if outcome == "new" else "x.record_id::VARCHAR"
    sql = (
        f"SELECT s.rowid + 1 AS _row, {staged.line} AS _place, {record} AS _record, s._extra, {values}"
        f" {source[0]} ORDER BY s.rowid LIMIT ? OFFSET ?"
    )
    found = []
    for row in _rows(cursor, sql, [*source[1], limit, offset]):
        fields = [FieldChange(n, None, row["v_" + n]) for n in names if row["v_" + n] is not None]
        if row[EXTRA]:
            fields.append(FieldChange(EXTRA, None, _parsed(EXTRA, row[EXTRA])))
        name = row.get("v_" + staged.dataset.title_field)
        found.append(
            RowChange(
                outcome, row["_row"], row["_place"], row["_record"], _str(name), tuple(fields)
            )
        )
    return found


def _changed(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    _outcome: Outcome,
    source: Source,
    limit: int,
    offset: int,
) -> list[RowChange]:
    found = of(staged)
    columns = []
    for m in found:
        name = ident(m.name)
        columns += [
            f"{m.flag} AS {ident('f_' + m.name)}",
            f"m.{name} AS {ident('o_' + m.name)}",
            f"CASE WHEN {m.flag} THEN {m.merged} END AS {ident('n_' + m.name)}",
        ]
    title_ = f"m.{ident(staged.dataset.title_field)}::VARCHAR"
    sql = (
        f"SELECT s.rowid + 1 AS _row, {staged.line} AS _place, m.record_id::VARCHAR AS _record,"
        f" {title_} AS _title, {', '.join(columns)} {source[0]} ORDER BY s.rowid LIMIT ? OFFSET ?"
    )
    return [
        RowChange(
            *("changed", row["_row"], row["_place"], row["_record"], row["_title"]),
            fields=tuple(
                FieldChange(
                    m.name, _parsed(m.name, row["o_" + m.name]), _parsed(m.name, row["n_" + m.name])
                )
                for m in found
                if row["f_" + m.name]
            ),
        )
        for row in _rows(cursor, sql, [*source[1], limit, offset])
    ]


def _set_aside(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    outcome: Outcome,
    source: Source,
    limit: int,
    offset: int,
) -> list[RowChange]:
    masks = ", ".join(f"s._p{w}" for w in range(staged.compiled.words))
    name = staged.dataset.title_field
    sql = (
        f"SELECT s.rowid + 1 AS _row, {staged.line} AS _place, d.rule AS _rule, d.field AS _field,"
        f" s._cells, s.{ident(name)}::VARCHAR AS _title, {masks}"
        f" {source[0]} ORDER BY s.rowid LIMIT ? OFFSET ?"
    )
    return [
        RowChange(
            *(outcome, row["_row"], row["_place"], None, row["_title"]),
            problems=tuple(_sentences(staged, row)),
            cells=tuple(row["_cells"] or ()),
        )
        for row in _rows(cursor, sql, [*source[1], limit, offset])
    ]


def _repeated(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    _outcome: Outcome,
    source: Source,
    limit: int,
    offset: int,
) -> list[RowChange]:
    """Rows for which another one stands. `old` is what the row says, `new` what counts instead."""
    found = together.differences(staged)
    columns = [
        part
        for m in found
        for part in (
            f"{m.changed} AS {ident('f_' + m.name)}",
            f"s.{ident(m.name)} AS {ident('s_' + m.name)}",
            f"m.{ident(m.name)} AS {ident('m_' + m.name)}",
        )
    ]
    name = f"s.{ident(staged.dataset.title_field)}::VARCHAR"
    sql = (
        f"SELECT s.rowid + 1 AS _row, {staged.line} AS _place, {name} AS _title, d.rule AS _rule,"
        f" d.other + 1 AS _other, {', '.join(columns)} {source[0]} ORDER BY s.rowid LIMIT ? OFFSET ?"
    )
    chosen = {row: ", as it was chosen" for row in staged.plan.preferred}
    return [
        RowChange(
            *("repeated", row["_row"], row["_place"], None, row["_title"]),
            fields=tuple(
                FieldChange(
                    m.name, _parsed(m.name, row["s_" + m.name]), _parsed(m.name, row["m_" + m.name])
                )
                for m in found
                if row["f_" + m.name]
            ),
            problems=(
                f"{title(staged.dataset, None, row['_rule'])} (row {row['_other']} counts"
                f"{chosen.get(row['_other'], '')})",
            ),
        )
        for row in _rows(cursor, sql, [*source[1], limit, offset])
    ]


def _sentences(staged: Staged, row: dict[str, Any]) -> list[str]:
    if row["_rule"]:
        return [title(staged.dataset, row["_field"], row["_rule"])]
    return [
        title(staged.dataset, check.field, check.rule)
        for check in staged.compiled.checks
        if check.severity == "error" and row[f"_p{check.word}"] & check.bit
    ]


def _deleted(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    _outcome: Outcome,
    source: Source,
    limit: int,
    offset: int,
) -> list[RowChange]:
    name = ident(staged.dataset.title_field)
    sql = (
        f"SELECT m.record_id::VARCHAR AS id, m.{name}::VARCHAR AS title {source[0]}"
        " ORDER BY m.record_id LIMIT ? OFFSET ?"
    )
    rows = _rows(cursor, sql, [*source[1], limit, offset])
    return [RowChange("deleted", None, None, row["id"], row["title"]) for row in rows]


def _parsed(name: str, value: Any) -> Any:
    """Extra fields by their names; they are stored as a text."""
    return json.loads(value) if name == EXTRA and value is not None else value


def _str(value: Any) -> str | None:
    return None if value is None else str(value)
