"""What is offered while somebody types: searches of before, records, fields and their values.

Records come from what the index shows of them, so that no keystroke waits for the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.errors import SearchUnavailable
from core.search.band import named
from core.search.results import EDITED, Suggestion
from core.search.searching import Searching

BEFORE, VALUES = 3, 3  # lines at most of searches of before, and of fields and values


def suggested(
    searching: Searching, text: str, before: Sequence[str], limit: int
) -> list[Suggestion]:
    """At most so many lines: searches of before that begin so, records, then fields and values."""
    start = text.strip().casefold()
    again = [q for q in before if q.casefold().startswith(start) and q != text][:BEFORE]
    lines = [Suggestion("search", q, q) for q in again]
    if start:
        try:
            values = list(_values(searching, text))[:VALUES]
            room = max(1, limit - len(lines) - len(values))
            found = list(records_like(searching, text, room))
            lines += [*_meant(searching, text, found), *found, *values]
        except SearchUnavailable:
            pass  # the answer itself says that there is no index
    return lines[:limit]


def _meant(searching: Searching, text: str, found: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """The text with the words that the best record has instead of misspelled ones."""
    why = found[0].why if found else ()
    instead = {each.word: each.text for each in why if each.how in EDITED}
    corrected = searching.read(text).instead({w: t for w, t in instead.items() if w != t})
    if corrected != text:
        yield Suggestion("correction", corrected, corrected)


def records_like(searching: Searching, text: str, limit: int) -> Iterator[Suggestion]:
    """The first records of a text as the index shows them. Raises SearchUnavailable."""
    title = searching.dataset.title_field
    for candidate, why in searching.candidates(text, limit):
        shown = dict(candidate.shown)
        name = str(shown.pop(title, ""))
        if name:
            yield Suggestion("record", name, name, candidate.record_id, shown, why)


def _values(searching: Searching, text: str) -> Iterator[Suggestion]:
    """Fields whose name begins like the last word, and values of facets that do."""
    before, _, last = text.rstrip().rpartition(" ")
    if len(last) < 2 or ":" in last:
        return
    layout = searching.layout
    for name in layout.facets:
        label = layout.label(name)
        if label.casefold().startswith(last.casefold()):
            yield Suggestion("value", f"{label}: …", f"{before} {named(name)}:".lstrip())
    for name in layout.facets:
        if name not in layout.values or name in layout.numbers:
            continue
        label = layout.label(name)
        for value, count in _beginning(searching, f"v_{name}", last):
            quoted = f'"{value}"' if " " in value else value
            query = f"{before} {named(name)}:{quoted}".lstrip()
            yield Suggestion("value", f"{label}: {value}", query, shown={"records": count})


def _beginning(searching: Searching, field: str, word: str) -> list[tuple[str, int]]:
    """Values that begin so, however they are capitalised; the most frequent first."""
    found: dict[str, int] = {}
    for start in dict.fromkeys((word, word.lower(), word.capitalize(), word.upper())):
        found.update(searching.engine.words(field, start, 2))
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
