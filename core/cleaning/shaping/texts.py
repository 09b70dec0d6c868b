"""Steps that make another text of a cell: trim, case, normalise, replace, pattern, values, dates, numbers, lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from core.characters import stored
from core.cleaning import patterns
from core.cleaning.shaping import kind as k
from core.cleaning.shaping.kind import Change, TableKind, Values
from core.storage.sql import literal

CASES = {"upper": "CAPITAL LETTERS", "lower": "small letters", "title": "First Letter Of Each Word"}
FORMS = {
    "blanks": "line breaks, tabs and several blanks become one blank",
    "nfc": "letters with accents become one character (Unicode NFC)",
    "nfkc": "full-width and other variants become plain characters (Unicode NFKC)",
    "accents": "accents are taken off (é becomes e)",
    "punctuation": "quotes, apostrophes and dashes become plain ones",
}
_DATE = re.compile(r"YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|mm|ss", re.ASCII)
_CODES = {
    **{"YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m"},
    **{"DD": "%d", "D": "%d", "HH": "%H", "mm": "%M", "ss": "%S"},
}
_MOST_VALUES = 5_000


def _each(make: Callable[[Values, str], str]) -> k.Apply:
    """Every column of the step gets the SQL that `make` gives for its cell."""

    def apply(step: Values, names: Sequence[str]) -> Change:
        return Change(replaced={i: make(step, k.cell(i)) for i in k.places(step, names)})

    return apply


def _trim(step: Values, x: str) -> str:
    return f"nullif(regexp_replace({x}, '^[\\s\\p{{Z}}\\x{{FEFF}}\\x{{200B}}]+|[\\s\\p{{Z}}\\x{{FEFF}}\\x{{200B}}]+$', '', 'g'), '')"


def _case(step: Values, x: str) -> str:
    if step.value != "title":
        return f"{step.value}({x})"
    words = f"regexp_extract_all({x}, '[\\pL\\pM\\pN''’]+|[^\\pL\\pM\\pN''’]+')"
    return f"array_to_string(list_transform({words}, lambda w: upper(w[1]) || lower(w[2:])), '')"


def _normalise(step: Values, x: str) -> str:
    made = {
        "blanks": f"regexp_replace({x}, '[\\s\\p{{Z}}]+', ' ', 'g')",
        "nfc": f"nfc_normalize({x})",
        "nfkc": stored.narrow_sql(f"nfc_normalize({x})"),
        "accents": f"strip_accents({x})",
        "punctuation": f"translate({x}, '‘’‚‛“”„‟‐‑‒–—―−', '''''''''\"\"\"\"-------')",
    }
    return made[step.value or ""]


def _replace(step: Values, x: str) -> str:
    return f"nullif(replace({x}, {literal(step.value)}, {literal(step.to or '')}), '')"


def _regex(step: Values, x: str) -> str:
    return f"nullif(regexp_replace({x}, {literal(step.value)}, {literal(step.to or '')}, 'g'), '')"


def pattern(step: Values) -> str | None:
    """What is wrong with the pattern of a step."""
    if not step.value:
        return f"{step.op} needs a pattern"
    broken = patterns.fault(step.value)
    return f"the pattern {step.value} does not compile: {broken}" if broken else None


def _groups_there(step: Values) -> str | None:
    have = patterns.groups(step.value or "")
    asked = [int(n) for n in re.findall(r"\\(\d)", step.to or "")]
    wrong = [n for n in asked if n > have]
    return f"\\{wrong[0]} means the group {wrong[0]}, and the pattern has {have}" if wrong else None


def _mapped(step: Values, x: str) -> str:
    folded = {key.strip().casefold(): to for key, to in step.values.items()}
    # One text with all pairs is parsed faster than a map of thousands of literals.
    keys, values = literal(list(folded)), literal(list(folded.values()))
    at = f"list_position({keys}, lower(trim({x})))"
    return f"CASE WHEN {x} IS NULL THEN NULL WHEN {at} > 0 THEN nullif({values}[{at}], '') ELSE {x} END"


def _merged(step: Values, x: str) -> str:
    keys, values = literal(list(step.values)), literal(list(step.values.values()))
    at = f"list_position({keys}, {x})"
    return f"CASE WHEN {at} > 0 THEN {values}[{at}] ELSE {x} END"


def _few(step: Values) -> str | None:
    many = len(step.values)
    return f"{many:,} values, and {_MOST_VALUES:,} are allowed" if many > _MOST_VALUES else None


def strptime(form: str) -> str:
    """DD.MM.YYYY as DuckDB says it: %d.%m.%Y. A format that has a % already stays."""
    return form if "%" in form else _DATE.sub(lambda m: _CODES[m.group()], form)


def _dates(step: Values, x: str) -> str:
    made = f"try_strptime({x}, {literal(strptime(step.value or ''))})"
    return f"coalesce(strftime({made}, '%Y-%m-%d'), {x})"


def _date_format(step: Values) -> str | None:
    if not step.value:
        return "dates needs a format such as DD.MM.YYYY"
    form = strptime(step.value)
    if "%" not in form or re.search(r"%[^YymdBbHMSjfpIzZ-]", form):
        return f"{step.value!r} is no format of dates; write one such as DD.MM.YYYY or %d/%m/%y"
    return None


def _comma(step: Values, x: str) -> str:
    number = r"\s*[+-]?(\d{1,3}([. ’''\x{A0}\x{202F}]\d{3})+|\d+)(,\d+)?\s*"
    bare = f"regexp_replace({x}, '[. ’''\\s\\x{{A0}}\\x{{202F}}]', '', 'g')"
    return (
        f"CASE WHEN regexp_full_match({x}, '{number}') THEN replace({bare}, ',', '.') ELSE {x} END"
    )


def _list(step: Values, x: str) -> str:
    parts = f"list_filter(list_transform(string_split({x}, {literal(step.value)}), lambda p: trim(p)), lambda p: p <> '')"
    return f"nullif(array_to_string({parts}, '; '), '')"


def _pairs(values: Mapping[str, str]) -> str:
    shown = [f"“{a}” becomes {f'“{b}”' if b else 'empty'}" for a, b in list(values.items())[:3]]
    return ", ".join(shown) + (f" and {len(values) - 3} more" if len(values) > 3 else "")


def _say(words: Callable[[Values], str]) -> Callable[[Values], str]:
    return lambda step: f"{words(step)} in {k.called(step.columns)}"


_COLUMNS = k.needs("columns", "a column")
KINDS = (
    TableKind(
        "trim",
        "Trim",
        "blanks around the text go",
        _say(lambda s: "Trim blanks"),
        _each(_trim),
        parts=("columns",),
        every=True,
    ),
    TableKind(
        "case",
        "Change the case",
        "capital letters, small letters, or a capital for each word",
        _say(lambda s: f"Write {CASES.get(s.value or '', s.value)}"),
        _each(_case),
        parts=("columns", "value"),
        choices=CASES,
        wrong=k.first(_COLUMNS, k.among(CASES)),
    ),
    TableKind(
        "normalise",
        "Normalise characters",
        "one of " + ", ".join(FORMS),
        _say(lambda s: f"Normalise ({FORMS.get(s.value or '', s.value)})"),
        _each(_normalise),
        parts=("columns", "value"),
        choices=FORMS,
        every=True,
        wrong=k.among(FORMS),
    ),
    TableKind(
        "replace",
        "Replace a text",
        "`value`, wherever it stands in a cell, becomes `to`",
        _say(lambda s: f"Replace “{s.value}” with {f'“{s.to}”' if s.to else 'nothing'}"),
        _each(_replace),
        parts=("columns", "value", "to"),
        labels={"value": "Text to find", "to": "Becomes"},
        every=True,
        wrong=k.needs("value", "a text to find"),
    ),
    TableKind(
        "regex",
        "Replace by a pattern",
        "every match of the RE2 pattern `value` becomes `to`; `\\1` is the first group",
        _say(lambda s: f"Replace matches of {s.value} with {f'“{s.to}”' if s.to else 'nothing'}"),
        _each(_regex),
        parts=("columns", "value", "to"),
        labels={"value": "Pattern (RE2)", "to": "Becomes"},
        wrong=k.first(_COLUMNS, pattern, _groups_there),
    ),
    TableKind(
        "map",
        "Map values",
        "a cell that is one of `values`, whatever its case, becomes what stands there: 1 is female",
        _say(lambda s: f"Map values: {_pairs(s.values)}"),
        _each(_mapped),
        parts=("columns", "values"),
        wrong=k.first(_COLUMNS, k.needs("values", "values, such as 1 = female"), _few),
    ),
    TableKind(
        "merge",
        "Merge spellings",
        "a cell that is exactly one of `values` becomes the spelling that stands there; made from clusters",
        _say(lambda s: f"Merge spellings: {_pairs(s.values)}"),
        _each(_merged),
        parts=("columns", "values"),
        wrong=k.first(_COLUMNS, k.needs("values", "spellings"), _few),
    ),
    TableKind(
        "dates",
        "Read dates by a format",
        "dates of the format `value` (`DD.MM.YYYY`, or as strptime says it) become ISO dates; others stay",
        _say(lambda s: f"Read dates as {s.value}"),
        _each(_dates),
        parts=("columns", "value"),
        labels={"value": "Format, such as DD.MM.YYYY"},
        wrong=k.first(_COLUMNS, _date_format),
    ),
    TableKind(
        "decimal_comma",
        "Read decimal commas",
        "1.234,5 becomes 1234.5; a text that is no such number stays",
        _say(lambda s: "Read numbers with a decimal comma"),
        _each(_comma),
        parts=("columns",),
        wrong=_COLUMNS,
    ),
    TableKind(
        "list",
        "Read a list",
        "a text is cut at `value`, and its elements are written with semicolons",
        _say(lambda s: f"Cut at “{s.value}” into a list"),
        _each(_list),
        parts=("columns", "value"),
        labels={"value": "What separates the elements"},
        wrong=k.first(_COLUMNS, k.needs("value", "a separator")),
    ),
)
