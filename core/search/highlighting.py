"""The texts of a hit with the matched places marked, as HTML that can be shown as it is."""

from __future__ import annotations

from html import escape

from core.search.results import Hit

OPEN, CLOSE = "<mark>", "</mark>"


def highlights(hit: Hit) -> dict[str, list[str]]:
    """Each field with a match: its text (of a list, the elements with a match), escaped, the places in <mark>."""
    found: dict[str, list[str]] = {}
    for field, item in sorted({(why.field, why.item) for why in hit.why}):
        value = hit.record.get(field)
        text = value[item] if isinstance(value, (list, tuple)) else value
        if text is not None:
            found.setdefault(field, []).append(marked(str(text), hit.marks(field, item)))
    return found


def marked(text: str, places: list[tuple[int, int]]) -> str:
    """A text as HTML with these places marked; they stand in order and do not overlap."""
    out, at = list[str](), 0
    for start, end in places:
        out += [escape(text[at:start]), OPEN, escape(text[start:end]), CLOSE]
        at = end
    return "".join([*out, escape(text[at:])])
