"""The rows of a staged upload with what is wrong in each cell; fixed rows stand in the place of what was staged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from core.cleaning import date_doubts
from core.cleaning.checks import Check
from core.cleaning.plan import OWN, Column
from core.errors import NotFound
from core.ingest import fixes, fixing
from core.ingest.causes.of_checks import repair
from core.ingest.causes.of_duplicates import LEFT_OUT, MILD
from core.ingest.causes.problem import title as title_of
from core.ingest.grid.models import (
    Cause,
    Facet,
    GridColumn,
    GridPage,
    GridRow,
    Mark,
    Only,
    Text,
)
from core.ingest.preview import Preview
from core.ingest.rows.duplicates import CONFLICTS
from core.ingest.rows.staged import Staged, has
from core.storage.sql import ident, literal

JOIN = "; "  # between the elements of a list
DEEP = 5_000  # causes and texts are told of so many at most


def columns(staged: Staged) -> tuple[GridColumn, ...]:
    """The columns that go somewhere: the name first, then in the order of the file."""
    found = []
    for column in staged.plan.mapping:
        if column.field is None and not column.keep:
            continue
        field = (
            staged.dataset.field(column.field) if column.field and column.field not in OWN else None
        )
        kind = field.type if field else "extra"
        choices = field.choices if field and field.type != "list" else ()
        label = field.label if field else column.column
        found.append(
            GridColumn(
                column.index,
                column.column,
                label,
                column.field,
                kind,
                choices,
                bool(field and field.required),
            )
        )
    first = staged.dataset.title_field
    return tuple(sorted(found, key=lambda c: (c.field != first, c.index)))


@dataclass(frozen=True)
class View:
    """SQL over one staged upload; the alias of a row is `s`, its number from 0 is `s."row"`."""

    cursor: duckdb.DuckDBPyConnection
    staged: Staged
    told: frozenset[tuple[str | None, str]]  # causes that the preview told of

    @classmethod
    def of(cls, cursor: duckdb.DuckDBPyConnection, preview: Preview) -> View:
        """The view of a preview."""
        told = frozenset((p.field, p.rule) for p in preview.problems)
        return cls(cursor, preview.staged, told)

    @property
    def rows(self) -> str:
        """The rows as they are now."""
        return fixing.now(self.cursor, self.staged)

    def checks(self) -> list[Check]:
        """What is told of a row: what would be told of the whole file."""
        return [
            c
            for c in self.staged.compiled.checks
            if c.severity
            and (
                (c.field, c.rule) in self.told
                or (c.rule != "alone" and c.rule not in date_doubts.MANY)
            )
        ]

    def mask(self, wanted: list[Check]) -> str:
        """SQL: one of these checks is broken."""
        words: dict[int, int] = {}
        for check in wanted:
            words[check.word] = words.get(check.word, 0) | check.bit
        return " OR ".join(f"(s._p{w} & {bits}) <> 0" for w, bits in words.items()) or "false"

    def text(self, column: GridColumn) -> str:
        """SQL for what is shown of a column: the file's text where it is wrong, else the cleaned value."""
        cell = f"s._cells[{column.index + 1}]"
        if column.field is None:
            plan = next(c for c in self.staged.plan.mapping if c.index == column.index)
            path = literal('$."' + (plan.extra or plan.column).replace('"', '\\"') + '"')
            return f"coalesce({cell}, json_extract_string(s._extra, {path}))"
        if column.field in OWN:
            return (
                f"coalesce({cell}, s.{'_record' if column.field == OWN[0] else '_extra'}::VARCHAR)"
            )
        value = f"s.{ident(column.field)}"
        if self.staged.dataset.field(column.field).type == "list":
            value = f"array_to_string({value}, {literal(JOIN)})"
        sources = self.staged.plan.sources(column.field)
        if len(sources) > 1:
            return f"coalesce({cell}, {value if sources[0].index == column.index else 'NULL'}::VARCHAR)"
        wrong = self.mask([c for c in self.checks() if c.field == column.field])
        return (
            f"CASE WHEN {wrong} THEN coalesce({cell}, {value}::VARCHAR) ELSE {value}::VARCHAR END"
        )

    def apart(self, rules: str = "true") -> str:
        """SELECT of the rows that are left out for another row's or record's sake."""
        fixed = ""
        if has(self.cursor, self.staged.fixed):
            fixed = f' AND "row" NOT IN (SELECT "row" FROM {self.staged.fixed})'
        return (
            f'SELECT "row", rule, field, other FROM {self.staged.duplicates} WHERE {rules}{fixed}'
        )

    def where(self, only: Only) -> tuple[str, list[Any]]:
        """The condition of what is shown, with its parameters."""
        parts, values = ["true"], list[Any]()
        if only.problems or only.rule or only.severity or only.field:
            parts.append(self._broken(only))
        if only.search:
            shown = [self.text(c) for c in columns(self.staged)]
            parts.append(f"contains(lower(concat_ws(chr(31), {', '.join(shown)})), lower(?))")
            values.append(only.search)
        if only.column is not None:
            parts.append(f"coalesce({self.text(self.column(only.column))}, '') = ?")
            values.append(only.text or "")
        if only.fixed:
            there = has(self.cursor, self.staged.fixed)
            live = {f.row for f in fixes.live(self.cursor, self.staged.upload_id)}
            parts.append(
                '(s."row" + 1) IN (SELECT unnest(?::BIGINT[]))' if there or live else "false"
            )
            values += [sorted(live)] if there or live else []
        return " AND ".join(f"({p})" for p in parts), values

    def column(self, index: int) -> GridColumn:
        """The column of the file with that number (from 0). Raises NotFound."""
        for column in columns(self.staged):
            if column.index == index:
                return column
        raise NotFound(f"there is no column {index} that is kept")

    def _broken(self, only: Only) -> str:
        wanted = [
            c
            for c in self.checks()
            if (only.rule is None or c.rule == only.rule)
            and (only.field is None or c.field == only.field)
            and (
                c.severity == only.severity if only.severity else only.rule or c.severity != "info"
            )
        ]
        parts = [self.mask(wanted)]
        if only.severity in (None, "error", "warning"):
            rules = ["true"]
            if only.rule:
                rules = [f"rule = {literal(only.rule)}"]
            elif only.severity == "warning":
                rules = ["rule = 'contradicts'"]
            else:
                rules = ["rule NOT IN ('repeats', 'completes')"]
            if only.field:
                rules.append(f"field = {literal(only.field)}")
            parts.append(f's."row" IN (SELECT "row" FROM ({self.apart(" AND ".join(rules))}))')
        return " OR ".join(f"({p})" for p in parts)


def page(
    view: View, only: Only, *, limit: int = 100, offset: int = 0, rows: list[int] | None = None
) -> GridPage:
    """One page; with `rows` these alone."""
    staged, shown = view.staged, columns(view.staged)
    where, values = view.where(only)
    if rows is not None:
        where, values = f'{where} AND s."row" + 1 IN (SELECT unnest(?::BIGINT[]))', [*values, rows]
    counted = view.cursor.execute(f"SELECT count(*) FROM {view.rows} s WHERE {where}", values)
    total = int((counted.fetchone() or (0,))[0])
    masks = ", ".join(f"s._p{w}" for w in range(staged.compiled.words))
    texts = ", ".join(f"{view.text(c)} AS {ident(f'x{c.index}')}" for c in shown)
    first_line = staged.table.first_line
    found = view.cursor.execute(
        f'SELECT s."row" AS n, coalesce(s._line, {first_line} + s."row"),'
        f" s.{ident(staged.dataset.title_field)}::VARCHAR, s._error, [{masks}]"
        f"{', ' if texts else ''}{texts} FROM {view.rows} s WHERE {where} ORDER BY n LIMIT ? OFFSET ?",
        [*values, limit, offset],
    ).fetchall()
    numbers = [r[0] for r in found]
    apart, touched = _apart(view, numbers), _touched(view, numbers)
    made = tuple(_row(view, shown, r, apart.get(r[0], []), touched.get(r[0], ())) for r in found)
    every, errors, causes = summary(view)
    return GridPage(
        *(shown, made, total, every, errors, causes),
        fixes.standing(view.cursor, staged.upload_id),
        staged.table.row_name,
    )


def _row(
    view: View,
    shown: tuple[GridColumn, ...],
    found: tuple[Any, ...],
    apart: list[Mark],
    touched: tuple[int, ...],
) -> GridRow:
    number, line, title, error, masks, *texts = found
    cells = {c.index: text for c, text in zip(shown, texts)}
    marks = [_mark(view, check, cells) for check in view.checks() if masks[check.word] & check.bit]
    return GridRow(number + 1, line, title, error, cells, (*marks, *apart), touched)


def _mark(view: View, check: Check, cells: dict[int, str | None]) -> Mark:
    sources: list[Column] = view.staged.plan.sources(check.field) if check.field else []
    column = sources[0].index if sources else None
    said = cells.get(column) if column is not None and len(sources) == 1 else None
    return Mark(
        *(column, check.field, check.rule, check.severity or "info"),
        title_of(view.staged.dataset, check.field, check.rule),
        check.expected,
        repair(view.staged.dataset, check, said),
    )


def _apart(view: View, numbers: list[int]) -> dict[int, list[Mark]]:
    """What is said of rows because of others: as it was staged, and of fixed rows as they are now."""
    found: dict[int, list[Mark]] = {}
    rows = view.cursor.execute(
        f'SELECT * FROM ({view.apart()}) WHERE "row" IN (SELECT unnest(?::BIGINT[]))', [numbers]
    ).fetchall()
    if numbers and has(view.cursor, view.staged.fixed):
        rows += view.cursor.execute(
            f'SELECT f."row", \'repeats\', {literal(view.staged.dataset.title_field)}, min(s."row")'
            f' FROM {view.staged.fixed} f JOIN {view.rows} s ON s._key = f._key AND s."row" <> f."row"'
            ' WHERE f."row" IN (SELECT unnest(?::BIGINT[])) AND NOT f._error AND NOT s._error GROUP BY f."row"',
            [numbers],
        ).fetchall()
    for row, rule, field, other in rows:
        severity = MILD.get(rule, "error")
        title = title_of(view.staged.dataset, field, rule)
        told = f"{title} (row {other + 1})" if other is not None else title
        column = next((c.index for c in view.staged.plan.sources(field)), None) if field else None
        mark = Mark(
            column if rule not in CONFLICTS else None,
            *(field, rule, severity, told, LEFT_OUT[rule]),
        )
        found.setdefault(row, []).append(mark)
    return found


def _touched(view: View, numbers: list[int]) -> dict[int, tuple[int, ...]]:
    wanted = set(numbers)
    found: dict[int, tuple[int, ...]] = {}
    for fix in fixes.live(view.cursor, view.staged.upload_id):
        if fix.row - 1 in wanted:
            found[fix.row - 1] = (*found.get(fix.row - 1, ()), fix.column)
    return found


def summary(view: View) -> tuple[int, int, tuple[Cause, ...]]:
    """All rows, rows with errors, and the causes: errors first, then by rows."""
    names = ", ".join(f"s._p{w}" for w in range(view.staged.compiled.words))
    groups = view.cursor.execute(
        f"SELECT {names}, s._error, count(*) FROM {view.rows} s GROUP BY ALL"
    ).fetchall()
    counts: dict[tuple[str | None, str, str], int] = {}
    every = errors = 0
    checks = view.checks()
    for *masks, error, many in groups:
        every, errors = every + many, errors + (many if error else 0)
        for check in checks:
            if masks[check.word] & check.bit:
                key = (check.field, check.rule, check.severity or "info")
                counts[key] = counts.get(key, 0) + many
    for rule, field, many in view.cursor.execute(
        f"SELECT rule, field, count(*) FROM ({view.apart()}) GROUP BY ALL"
    ).fetchall():
        counts[(field, rule, MILD.get(rule, "error"))] = many
    order = {"error": 0, "warning": 1, "info": 2}
    causes = [
        Cause(field, rule, severity, title_of(view.staged.dataset, field, rule), many)
        for (field, rule, severity), many in counts.items()
    ]
    ranked = sorted(causes, key=lambda c: (order[c.severity], -c.count, c.title))
    return every, errors, tuple(ranked[:DEEP])


def facet(view: View, index: int, *, limit: int = 50) -> Facet:
    """The texts of a column with their counts, and how many cells are blank or wrong."""
    column = view.column(index)
    text = f"nullif({view.text(column)}, '')"
    wrong = view.mask(
        [c for c in view.checks() if c.field and c.field == column.field and c.severity == "error"]
    )
    rows = view.cursor.execute(
        f"WITH told AS (SELECT {text} AS text, count(*) AS n, bool_or({wrong}) AS wrong,"
        f" count(*) FILTER ({wrong}) AS bad FROM {view.rows} s GROUP BY text)"
        " SELECT text, n, wrong, (SELECT count(*) FROM told WHERE text IS NOT NULL),"
        " (SELECT coalesce(sum(n), 0) FROM told WHERE text IS NULL), (SELECT sum(bad) FROM told)"
        " FROM told WHERE text IS NOT NULL ORDER BY n DESC, text LIMIT ?",
        [limit],
    ).fetchall()
    texts = tuple(Text(t, n, "error" if bad else "value") for t, n, bad, *_ in rows)
    distinct, blank, errors = rows[0][3:] if rows else (0, view_count(view), 0)
    return Facet(index, texts, int(distinct), int(blank), int(errors or 0))


def view_count(view: View) -> int:
    """How many rows there are."""
    return int((view.cursor.execute(f"SELECT count(*) FROM {view.rows} s").fetchone() or (0,))[0])


def alike(view: View, index: int, texts: list[str | None]) -> list[int]:
    """The rows (from 1) in which one of these texts stands in a column."""
    text = f"coalesce({view.text(view.column(index))}, '')"
    found = view.cursor.execute(
        f'SELECT s."row" + 1 FROM {view.rows} s WHERE {text} IN (SELECT unnest(?::VARCHAR[])) ORDER BY 1',
        [[t or "" for t in texts]],
    ).fetchall()
    return [int(row[0]) for row in found]
