"""Steps that make, rename and drop columns: split, join, extract, constant, compute."""

from __future__ import annotations

from collections.abc import Sequence

from core.cleaning import patterns
from core.cleaning.shaping import expression, kind as k, texts
from core.cleaning.shaping.kind import Change, TableKind, Values
from core.errors import BadRecipe
from core.storage.sql import literal

_MOST = 50  # columns that one step makes


def _one(step: Values) -> str | None:
    return None if len(step.columns) == 1 else f"{step.op} needs one column"


def _new(step: Values) -> str | None:
    if not step.into or not all(name.strip() for name in step.into):
        return f"{step.op} needs a name for each new column"
    if len({n.casefold() for n in step.into}) < len(step.into):
        return "two of the new columns have the same name"
    return f"{step.op} makes at most {_MOST} columns" if len(step.into) > _MOST else None


def _one_new(step: Values) -> str | None:
    return _new(step) or (None if len(step.into) == 1 else f"{step.op} makes one column")


def _split(step: Values, names: Sequence[str]) -> Change:
    """The nth part goes to the nth column, and what is left over to the last one."""
    x = k.cell(k.place(names, step.columns[0]))
    sign, last = literal(step.value), len(step.into)
    parts = f"string_split({x}, {sign})"
    made: list[tuple[str, str]] = []
    for number, name in enumerate(step.into, start=1):
        one = f"{parts}[{number}]"
        if number == last:
            one = f"array_to_string({parts}[{number}:], {sign})"
        made.append((k.free([*names, *(n for n, _ in made)], name), f"nullif(trim({one}), '')"))
    return Change(added=tuple(made))


def _join(step: Values, names: Sequence[str]) -> Change:
    cells = [f"nullif(trim({k.cell(k.place(names, c))}), '')" for c in step.columns]
    text = f"nullif(concat_ws({literal(step.value or '')}, {', '.join(cells)}), '')"
    return Change(added=((k.free(names, step.into[0]), text),))


def _extract(step: Values, names: Sequence[str]) -> Change:
    """The groups of the pattern, one a column; without groups the whole match."""
    x = k.cell(k.place(names, step.columns[0]))
    count = patterns.groups(step.value or "")
    made: list[tuple[str, str]] = []
    for number, name in enumerate(step.into, start=1 if count else 0):
        text = f"nullif(regexp_extract({x}, {literal(step.value)}, {number}), '')"
        made.append((k.free([*names, *(n for n, _ in made)], name), text))
    return Change(added=tuple(made))


def _groups(step: Values) -> str | None:
    count = patterns.groups(step.value or "") or 1
    if count == len(step.into):
        return None
    return f"the pattern gives {count} text{'s' if count > 1 else ''}, and {len(step.into)} new columns are named"


def _constant(step: Values, names: Sequence[str]) -> Change:
    return Change(added=((k.free(names, step.into[0]), f"{literal(step.value)}::VARCHAR"),))


def _rename(step: Values, names: Sequence[str]) -> Change:
    index = k.place(names, step.columns[0])
    others = [n for i, n in enumerate(names) if i != index]
    return Change(renamed={index: k.free(others, step.into[0])})


def _drop(step: Values, names: Sequence[str]) -> Change:
    gone = frozenset(k.place(names, c) for c in step.columns)
    if len(gone) == len(names):
        raise BadRecipe("no column would be left")
    return Change(dropped=gone)


def _compute(step: Values, names: Sequence[str]) -> Change:
    """A new column, or another value for the one that has the name."""
    made = expression.compile_expression(step.value or "", names)
    text = f"nullif({made.text}, '')"
    name = step.into[0]
    same = [i for i, n in enumerate(names) if n.casefold() == name.casefold()]
    if same:
        return Change(replaced={same[0]: text}, windows=made.rows)
    return Change(added=((k.free(names, name), text),), windows=made.rows)


_NEW = {"into": "New column"}
KINDS = (
    TableKind(
        "split",
        "Split a column",
        "a column is cut at `value` into new ones; what is left over goes to the last",
        lambda s: f"Split {k.called(s.columns)} at “{s.value}” into {k.called(s.into)}",
        _split,
        parts=("column", "value", "into"),
        labels={"value": "Cut at", "into": "New columns, with commas between"},
        wrong=k.first(_one, k.needs("value", "a text to cut at"), _new),
        makes=True,
    ),
    TableKind(
        "join",
        "Join columns",
        "several columns become one new, with `value` between those that are not empty",
        lambda s: f"Join {' + '.join(f'“{c}”' for c in s.columns)} to “{', '.join(s.into)}”",
        _join,
        parts=("columns", "value", "into"),
        labels={"value": "Between them", **_NEW},
        wrong=k.first(k.needs("columns", "columns"), _one_new),
        makes=True,
    ),
    TableKind(
        "extract",
        "Extract by a pattern",
        "the groups of the RE2 pattern `value` become new columns",
        lambda s: f"Extract {k.called(s.into)} out of {k.called(s.columns)} by {s.value}",
        _extract,
        parts=("column", "value", "into"),
        labels={"value": "Pattern (RE2)", "into": "New columns, with commas between"},
        wrong=k.first(_one, texts.pattern, _new, _groups),
        makes=True,
    ),
    TableKind(
        "compute",
        "Compute a column",
        "a column by an expression; see below",
        lambda s: f"Compute “{', '.join(s.into)}” = {s.value}",
        _compute,
        parts=("value", "into"),
        labels={"value": "Expression", "into": "Column"},
        wrong=k.first(k.needs("value", "an expression"), _one_new),
        makes=True,
    ),
    TableKind(
        "constant",
        "Add a constant",
        "a new column that has the same text in every row",
        lambda s: f"Add “{', '.join(s.into)}” with “{s.value}” in every row",
        _constant,
        parts=("into", "value"),
        labels={"value": "Text in every row", **_NEW},
        wrong=k.first(k.needs("value", "a text"), _one_new),
        makes=True,
    ),
    TableKind(
        "rename",
        "Rename a column",
        "a column gets another name",
        lambda s: f"Rename {k.called(s.columns)} to “{', '.join(s.into)}”",
        _rename,
        parts=("column", "into"),
        labels={"into": "New name"},
        wrong=k.first(_one, _one_new),
    ),
    TableKind(
        "drop",
        "Drop columns",
        "columns are left out, as if the file did not have them",
        lambda s: f"Drop {k.called(s.columns)}",
        _drop,
        parts=("columns",),
        wrong=k.needs("columns", "columns"),
    ),
)
