"""Sets of characters as classes of regular expressions, and tables of characters as SQL.

DuckDB has no function that replaces characters by a table, and `translate` builds its table for each row: right
for a few dozen characters only. So the long tables are texts of some thousand characters, pages, in which
what stands for a character is found by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

Form = Callable[..., str]  # `re2` or `python`

PAGE = 1024  # characters; finding one takes as long as what stands before it
GAP = (
    1000  # characters without an entry that may stand between two of a page; more pages take longer
)
_FILL = "\x01"  # no entry holds it: control characters are never kept


def runs(chars: Iterable[str]) -> list[tuple[int, int]]:
    """First and last code points of the runs of consecutive characters; halves of characters aside."""
    codes = sorted({ord(c) for c in chars} - set(range(0xD800, 0xE000)))
    groups = (list(g) for _, g in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]))
    return [(group[0][1], group[-1][1]) for group in groups]


def re2(*parts: str | Iterable[str] | Iterable[tuple[int, int]]) -> str:
    r"""A class of characters for DuckDB, without brackets: ranges of \x{...}. A text is taken as it is."""
    return "".join(p if isinstance(p, str) else _ranges(p, r"\x{%x}") for p in parts)


def python(*parts: str | Iterable[str] | Iterable[tuple[int, int]]) -> str:
    """The same for Python's `re`."""
    return "".join(p if isinstance(p, str) else _ranges(p, r"\U%08x") for p in parts)


def _ranges(chars: Iterable[str] | Iterable[tuple[int, int]], form: str) -> str:
    found = list(chars)
    pairs = found if found and isinstance(found[0], tuple) else runs(found)  # type: ignore[arg-type]
    return "".join(
        form % first if first == last else f"{form % first}-{form % last}" for first, last in pairs
    )


def quoted(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def let(name: str, value: str, body: str) -> str:
    """SQL in which `body` speaks of `value` by a name, so that it is worked out once."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def replaced(x: str, table: Mapping[str, str]) -> str:
    """SQL for the text `x` (a name) with each character replaced as the table says."""
    longer = {c: to for c, to in table.items() if len(to) > 1}
    others = {c: to for c, to in table.items() if len(to) < 2}
    return let("several", _guarded(x, longer), _guarded("several", others))


def _guarded(x: str, table: Mapping[str, str]) -> str:
    if not table:
        return x
    pages = " ".join(_page(first, last, table) for first, last in _stretches(table))
    one = let("u", "unicode(c)", f"CASE WHEN u < 128 THEN c {pages} ELSE c END")
    mapped = f"array_to_string(list_transform(string_split({x}, ''), lambda c: {one}), '')"
    mapped = f"replace({mapped}, '{_FILL}', '')"
    return f"CASE WHEN regexp_matches({x}, '[{re2(table)}]') THEN {mapped} ELSE {x} END"


def _stretches(table: Mapping[str, str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in runs(table):
        if found and first - found[-1][1] <= GAP and last - found[-1][0] < PAGE:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _page(first: int, last: int, table: Mapping[str, str]) -> str:
    entries = [table.get(chr(code), chr(code)) for code in range(first, last + 1)]
    wide = max(1, *map(len, entries))
    text = quoted("".join(entry.ljust(wide, _FILL) for entry in entries))
    begin = f"(u - {first}) * {wide} + 1" if wide > 1 else f"u - {first - 1}"
    return f"WHEN u BETWEEN {first} AND {last} THEN substring({text}, ({begin})::BIGINT, {wide})"
