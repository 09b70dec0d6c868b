"""What is wrong with an upload, grouped by cause: field, rule, how many rows, examples, repairs.

A million rows with one cause are one Problem; the rows themselves are asked for page by page.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
from rapidfuzz import fuzz, process

from core.cleaning import date_doubts, odd_names
from core.cleaning.checks import TITLES, Check
from core.cleaning.plan import EXTRA, OWN, RECORD_ID
from core.datasets import vocabulary
from core.datasets.model import Dataset
from core.ingest.columns import subject
from core.ingest.deciders import answers, lifetimes
from core.ingest.rows import accents, beside, by_id, compare, possible, together
from core.ingest.rows.merge import Merge, merges
from core.ingest.rows.staged import Staged, check_counts, row_count
from core.storage.sql import ident, literal

EXAMPLES = 5
LABELS = {
    RECORD_ID: "The id of the record",
    EXTRA: "The extra fields",
}  # of columns that are no field
FOUND = 50
MORE = 2  # rows that say something more than a name: else one with a name alone is no exception

# What is left out after the checks: rule -> what is expected
LEFT_OUT = {
    "unique": "a row of its own",
    "exists": "a record that is not there yet",
    "ambiguous": "a birth date or another value that tells them apart",
    "ambiguous_record": "a birth date or another value that tells the records apart",
    "shared_record": "a birth date in the record that is there, so that one row is its own",
    "two_records": "an id and a name of the same record",
    "gone": "the id of a record that is there, or none",
    "repeats": "each record once",
    "completes": "each record once",
    "contradicts": "one value for each field of a record",
}
MILD = {"repeats": "info", "completes": "info", "contradicts": "warning"}


@dataclass(frozen=True)
class WrongValue:
    """One wrong text, how often it stands there, and what was probably meant."""

    value: str | None
    count: int
    repair: str | None = None


@dataclass(frozen=True)
class Example:
    """One place: row (from 1), line in the file, the text that stands there."""

    row: int
    line: int | None
    found: str | None


@dataclass(frozen=True)
class Problem:
    """One cause. `severity` error keeps the row out; warning and info do not."""

    field: str | None
    column: str | None
    rule: str
    severity: str
    count: int
    title: str
    expected: str
    examples: tuple[Example, ...] = ()
    found: tuple[WrongValue, ...] = ()

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What can be said where only a person can decide: label and step; each is one step of the recipe."""
        return answers.as_dicts(self.rule, self.field) if self.severity != "info" else []

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {**asdict(self), "answers": self.answers}


def title(dataset: Dataset, field_name: str | None, rule: str) -> str:
    """The catalogue's sentence for a rule and a field."""
    rule = {"ambiguous_record": "ambiguous"}.get(rule, rule)
    label = "The fields"
    if field_name:
        label = LABELS.get(field_name) or dataset.field(field_name).label
    return TITLES.get(rule, rule).format(field=label)


def summarise(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Every cause in the staged upload: errors first, then by number of rows."""
    counts = check_counts(cursor, staged)
    problems = [
        _from_check(cursor, staged, check, counts[check.position])
        for check in staged.compiled.checks
        if check.severity and _matters(cursor, staged, check, counts.get(check.position, 0))
    ]
    problems += _from_duplicates(cursor, staged)
    problems += _strange(cursor, staged)
    problems += _kept(cursor, staged)
    problems += _possible(cursor, staged)
    problems += _accents(cursor, staged)
    problems += _left_aside(cursor, staged)
    problems += _lifetimes(cursor, staged)
    problems += _subject(cursor, staged)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(problems, key=lambda p: (order[p.severity], -p.count))


def _matters(cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check, count: int) -> bool:
    """Whether a check found anything. In a file of which many rows say only a name, such a row is none of another kind."""
    if check.rule in date_doubts.MANY:
        least, share = date_doubts.MANY[check.rule]
        return count >= least and count >= share * _filled(cursor, staged, check)
    if check.rule != "alone" or not count:
        return count > 0
    others = row_count(cursor, staged.rows) - count
    return others >= MORE and count <= others


def _filled(cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check) -> int:
    """How many rows have a value in the field of a check."""
    sql = f"SELECT count({ident(_stored(check.field or ''))}) FROM {staged.rows}"
    return int((cursor.execute(sql).fetchone() or (0,))[0])


def _from_check(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check, count: int
) -> Problem:
    broken = f"(s._p{check.word} & {check.bit}) <> 0"
    text = _text_sql(staged, check)
    examples = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, {text} FROM {staged.rows} s WHERE {broken}"
        f" ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    found: list[WrongValue] = []
    if check.rule not in ("required", "needs", "order"):
        rows = cursor.execute(
            f"SELECT {text} AS value, count(*) AS n FROM {staged.rows} s WHERE {broken}"
            f" GROUP BY value ORDER BY n DESC, value LIMIT {FOUND}"
        ).fetchall()
        found = [WrongValue(v, n, _repair(staged.dataset, check, v)) for v, n in rows]
    return Problem(
        field=check.field,
        column=_column(staged, check.field),
        rule=check.rule,
        severity=check.severity or "info",
        count=count,
        title=title(staged.dataset, check.field, check.rule),
        expected=check.expected,
        examples=tuple(Example(r, line, _short(t)) for r, line, t in examples),
        found=tuple(found),
    )


def _text_sql(staged: Staged, check: Check) -> str:
    """SQL for what stood there: the untouched text of an error, the value of a lesser problem."""
    if check.rule == "alone":
        return f"s.{ident(staged.dataset.title_field)}::VARCHAR"
    if check.field is None:
        return "NULL::VARCHAR"
    value = f"s.{ident(_stored(check.field))}::VARCHAR"
    cells = [f"s._cells[{c.index + 1}]" for c in staged.plan.sources(check.field)]
    stood = cells[0] if len(cells) == 1 else f"nullif(concat_ws(' ', {', '.join(cells)}), '')"
    return f"coalesce({stood}, {value})"


def _stored(field_name: str) -> str:
    """The column of a staged row."""
    return "_record" if field_name == RECORD_ID else field_name


def _column(staged: Staged, field_name: str | None) -> str | None:
    names = [c.column for c in staged.plan.sources(field_name)] if field_name else []
    return " + ".join(names) or None


def _short(text: str | None, limit: int = 200) -> str | None:
    return text if text is None or len(text) <= limit else text[: limit - 1] + "…"


def _repair(dataset: Dataset, check: Check, text: str | None) -> str | None:
    """What was probably meant, when that is clear enough to offer."""
    if not text or check.field is None or check.field in OWN or len(text) > 100:
        return None
    definition = dataset.field(check.field)
    if check.rule == "odd_name":
        return odd_names.repaired(text)
    if check.rule == "encoded":
        return odd_names.decoded(text) if definition.type == "text" else None
    if check.rule in ("choices", "vocabulary") and definition.vocabulary:
        meant = vocabulary.suggest(definition.vocabulary, text)
        if meant:
            return meant
    if check.rule == "choices":
        best = process.extractOne(
            text.casefold(), {c: c.casefold() for c in definition.choices}, scorer=fuzz.ratio
        )
        return str(best[2]) if best and best[1] >= 75 else None
    if check.rule == "format" and definition.format == "url" and "." in text and " " not in text:
        return None if "://" in text else f"https://{text.strip()}"
    return None


def _from_duplicates(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    rows = cursor.execute(
        f"SELECT rule, field, count(*) FROM {staged.duplicates} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    problems = []
    for rule, name, count in rows:
        text = f"s.{ident(_stored(name))}::VARCHAR"
        differ = _differences(staged) if rule == "contradicts" else "NULL"
        examples = cursor.execute(
            f"SELECT s.rowid + 1, {staged.line}, {text}, d.other + 1, {differ} FROM"
            f' (FROM {staged.duplicates} WHERE rule = ? AND field = ? ORDER BY "row" LIMIT {EXAMPLES}) d'
            f' JOIN {staged.rows} s ON s.rowid = d."row" LEFT JOIN {staged.rows} m ON m.rowid = d.other'
            " ORDER BY 1",
            [rule, name],
        ).fetchall()
        problems.append(
            Problem(
                field=name,
                column=_column(staged, name),
                rule=rule,
                severity=MILD.get(rule, "error"),
                count=count,
                title=title(staged.dataset, name, rule),
                expected=LEFT_OUT[rule],
                examples=tuple(
                    Example(r, line, _short(_beside(t, other, told), 500))
                    for r, line, t, other, told in examples
                ),
            )
        )
    return problems


def _differences(staged: Staged) -> str:
    """SQL for what a row `s` says otherwise than the row `m` that counts, in words."""
    parts = []
    for d in together.differences(staged):
        label = LABELS.get(d.name) or staged.dataset.field(d.name).label
        s, m = (f"coalesce({alias}.{ident(d.name)}::VARCHAR, '')" for alias in "sm")
        said = f"{literal(label + ': “')} || {s} || '”, there “' || {m} || '”'"
        parts.append(f"CASE WHEN {d.changed} THEN {said} END")
    return f"concat_ws('; ', {', '.join(parts)})"


def _beside(text: str | None, other: int | None, differ: str | None) -> str | None:
    """What stands in a row, and what it has to do with the other one."""
    if differ:
        return f"{text} ({differ}; row {other} counts)"
    return f"{text} (as in row {other})" if other else text


def _strange(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Ids that no record has: such rows were matched by their key."""
    if not staged.compiled.ids:
        return []
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, s._record::VARCHAR, count(*) OVER () FROM {staged.rows} s"
        f" WHERE {by_id.unknown(staged)} ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    if not rows:
        return []
    return [
        Problem(
            field=RECORD_ID,
            column=RECORD_ID,
            rule="unknown_id",
            severity="warning",
            count=rows[0][3],
            title=title(staged.dataset, RECORD_ID, "unknown_id"),
            expected="the id of a record, or nothing",
            examples=tuple(Example(r, line, text) for r, line, text, _ in rows),
        )
    ]


def _kept(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Values of the file that are left out, since they only lose what the record has."""
    fields = [m for m in merges(staged.dataset, staged.compiled.fields) if m.kept != "false"]
    sums = [f"count(*) FILTER ({m.stays})" for m in fields]
    if not sums:
        return []
    counts = cursor.execute(f"SELECT {', '.join(sums)} FROM {staged.matches} x").fetchone() or ()
    return [_kept_field(cursor, staged, m, n) for m, n in zip(fields, counts) if n]


def _kept_field(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, merge: Merge, count: int
) -> Problem:
    s, m = (f"{alias}.{ident(merge.name)}::VARCHAR" for alias in "sm")
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, {s}, {m} FROM {staged.matches} x"
        f' JOIN {staged.rows} s ON s.rowid = x."row"'
        f" JOIN {compare.records(cursor, staged)} m ON m.record_id = x.record_id"
        f" WHERE {merge.stays} ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    return Problem(
        field=merge.name,
        column=_column(staged, merge.name),
        rule="kept",
        severity="info",
        count=count,
        title=title(staged.dataset, merge.name, "kept"),
        expected='more than the record has; `on_update = "always"` takes it all the same',
        examples=tuple(Example(r, line, _short(f"{t} (there: {has})")) for r, line, t, has in rows),
    )


def _possible(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """New rows that may be somebody who is there, under another name."""
    count, pairs = possible.find(cursor, staged, EXAMPLES)
    if not count:
        return []
    name = staged.dataset.title_field
    found = []
    for pair in pairs:
        who = f"record {pair.record_id}" if pair.record_id else f"row {pair.other_row}"
        found.append(Example(pair.row, pair.line, _short(f"{pair.name} (as {pair.other}, {who}?)")))
    return [
        Problem(
            field=name,
            column=_column(staged, name),
            rule="possible_duplicate",
            severity="warning",
            count=count,
            title=title(staged.dataset, name, "possible_duplicate"),
            expected="somebody whom no other name here means",
            examples=tuple(found),
        )
    ]


def _accents(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Rows that may be somebody else than the one whom they were taken for."""
    count, pairs = accents.find(cursor, staged, EXAMPLES)
    if not count:
        return []
    name, both = staged.dataset.title_field, staged.dataset.key.when_both
    wanted = f" or a {staged.dataset.field(both).label.lower()}" if both else ""
    return [
        Problem(
            field=name,
            column=_column(staged, name),
            rule="other_accents",
            severity="warning",
            count=count,
            title=title(staged.dataset, name, "other_accents"),
            expected=f"the same accents{wanted}",
            examples=tuple(
                Example(p.row, p.line, _short(f"{p.name} (there: {p.other})")) for p in pairs
            ),
        )
    ]


def _left_aside(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Columns that may hold a field, were not taken for it, and say something else."""
    return [
        Problem(
            field=found.field,
            column=found.column,
            rule="beside",
            # Two long texts mostly differ, and both are meant.
            severity="info" if staged.dataset.field(found.field).multiline else "warning",
            count=found.count,
            title=title(staged.dataset, found.field, "beside"),
            expected=_taken(staged, found.field),
            examples=tuple(
                Example(row, line, _short(f"{text} (taken: {value or 'nothing'})"))
                for row, line, text, value in found.rows
            ),
        )
        for found in beside.find(cursor, staged, EXAMPLES)
    ]


def _taken(staged: Staged, field: str) -> str:
    column = _column(staged, field)
    told = (
        f"the same as in “{column}”"
        if column
        else "a column that is near enough, and there is none"
    )
    return f"{told}; choose the column that counts"


def _lifetimes(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Rows with a death before the birth."""
    return [
        Problem(
            field=found.field,
            column=_column(staged, found.field),
            rule="lifetime",
            severity="warning",
            count=found.count,
            title=title(staged.dataset, found.field, "lifetime"),
            expected=f"a date not after the one in “{found.column}”",
            examples=tuple(
                Example(row, line, _short(f"{born} ({found.column}: {died})"))
                for row, line, born, died in found.rows
            ),
        )
        for found in lifetimes.find(cursor, staged, EXAMPLES)
    ]


def _subject(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Rows that may be films or companies."""
    found = subject.doubt(staged.dataset, staged.plan)
    count = row_count(cursor, staged.rows) if found else 0
    if not found or not count:
        return []
    name = staged.dataset.title_field
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, s.{ident(name)} FROM {staged.rows} s ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    return [
        Problem(
            field=name,
            column=_column(staged, name),
            rule="subject",
            severity=found.severity,
            count=count,
            title=title(staged.dataset, name, "subject"),
            expected=f"people; {found.why}",
            examples=tuple(Example(r, line, _short(t)) for r, line, t in rows),
        )
    ]


def store(connection: duckdb.DuckDBPyConnection, upload_id: str, problems: list[Problem]) -> None:
    """Keep the causes with the upload, replacing those of an earlier preview."""
    connection.execute("DELETE FROM ops.problems WHERE upload_id = ?", [upload_id])
    for position, p in enumerate(problems):
        examples = json.dumps([asdict(e) for e in p.examples], ensure_ascii=False)
        found = json.dumps([asdict(f) for f in p.found], ensure_ascii=False)
        connection.execute(
            "INSERT INTO ops.problems VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(upload_id, position, p.field, p.column, p.rule),
                *(p.severity, p.count, p.expected, examples, found),
            ],
        )


def load(connection: duckdb.DuckDBPyConnection, upload_id: str, dataset: Dataset) -> list[Problem]:
    """The causes kept with an upload."""
    rows = connection.execute(
        "SELECT field, column_name, rule, severity, row_count, expected, examples, found"
        " FROM ops.problems WHERE upload_id = ? ORDER BY position",
        [upload_id],
    ).fetchall()
    return [
        Problem(
            *(name, column, rule, severity, count),
            title(dataset, name if name in (*dataset.field_names, *OWN) else None, rule),
            expected,
            tuple(Example(**e) for e in json.loads(examples)),
            tuple(WrongValue(**f) for f in json.loads(found)),
        )
        for name, column, rule, severity, count, expected, examples, found in rows
    ]
