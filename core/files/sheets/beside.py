"""Columns beside a table, separated by a blank one, that hold notes and no cells of its rows."""

from __future__ import annotations

from collections.abc import Sequence

from core.files.shape.layout import TablePlace

DENSE = 0.8  # share of the rows that a column of the table fills at least, when it has no name
SENTENCE = 4  # words


def notes_beside(
    columns: Sequence[int], rows: Sequence[Sequence[str]], found: TablePlace
) -> frozenset[int]:
    """The sheet columns of notes; none when nothing is set apart, or no names tell what is a column."""
    bands = _bands(columns)
    if found.header is None or len(bands) < 2:
        return frozenset()
    body = [row for row in rows[found.first :] if row]
    named = [sum(bool(_name(found, i)) for i in band) for band in bands]
    main = named.index(max(named))
    return frozenset(
        columns[i]
        for number, band in enumerate(bands)
        if number != main and _is_aside(band, found, body)
        for i in band
    )


def is_parted(columns: Sequence[int], rows: Sequence[Sequence[str]], found: TablePlace) -> bool:
    """Whether columns behind a blank one may be no cells of the table's rows: many rows have none of them."""
    body = [row for row in rows[found.first :] if row]
    held = [
        sum(any(map(str.strip, row[b[0] : b[-1] + 1])) for row in body) for b in _bands(columns)
    ]
    return len(held) > 1 and min(held) < DENSE * len(body)


def _bands(columns: Sequence[int]) -> list[list[int]]:
    """Places of columns that stand side by side."""
    bands: list[list[int]] = []
    for place, column in enumerate(columns):
        if bands and columns[bands[-1][-1]] == column - 1:
            bands[-1].append(place)
        else:
            bands.append([place])
    return bands


def _name(found: TablePlace, place: int) -> str:
    return found.names[place].strip() if place < len(found.names) else ""


def _is_aside(band: Sequence[int], found: TablePlace, body: Sequence[Sequence[str]]) -> bool:
    held = sum(any(i < len(row) and row[i].strip() for i in band) for row in body)
    if held >= DENSE * len(body):
        return False
    names = [_name(found, i) for i in band]
    firsts = [row[band[0]] for row in body if band[0] < len(row) and row[band[0]].strip()]
    labels = sum(text.strip()[-1] in ":：" for text in [*firsts, *filter(None, names[:1])])
    if labels and 2 * labels > len(firsts):
        return True  # labels, and their values in the columns behind them
    return all(not name or _is_note(name) for name in names) or _is_list(band, names, body)


def _is_list(band: Sequence[int], names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the band is a full table of its own that ends early, such as what codes mean."""
    rows = [[row[i].strip() if i < len(row) else "" for i in band] for row in body]
    own = next((n for n, row in enumerate(rows) if not any(row)), len(rows))
    full = all(map(all, rows[:own])) and not any(map(any, rows[own:]))
    return full and len(band) > 1 and all(names) and 2 * own <= len(body)


def _is_note(text: str) -> bool:
    return text[-1] in ":：.。" or len(text.split()) >= SENTENCE
