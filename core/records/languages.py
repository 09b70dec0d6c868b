"""Texts in the order of a language: `name:sv` puts Ö behind Z, `name:de` beside O.

What a text is sorted by is a key that DuckDB makes by the rules of the language (ICU).
"""

from __future__ import annotations

from collections.abc import Sequence

from core.datasets.model import Dataset
from core.errors import BadQuery
from core.storage.sql import literal

# Languages with an order of their own; others sort as English does.
LANGUAGES = frozenset(
    "ar az bg bs ca cs cy da de el en es et fa fi fil fr ga he hi hr hu hy id is it ja ka kk ko lt lv mk ms mt nb nl"
    " nn pl pt ro ru se sk sl sq sr sv th tr uk ur uz vi yue zh".split()
)


def split(
    dataset: Dataset, order_by: str | Sequence[str] | None
) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The order without its languages, and field by field the language. Raises BadQuery."""
    given = [order_by] if isinstance(order_by, str) else list(order_by or [])
    parts = [p.strip() for item in given for p in str(item).split(",") if p.strip()]
    found = [_one(dataset, part) for part in parts]
    return [name for name, _ in found], tuple(
        (name.removeprefix("-"), language) for name, language in found if language
    )


def place(x: str, language: str) -> str:
    """SQL for what a text is sorted by."""
    return f"icu_sort_key({x}, {literal(language)})"


def bare(part: str) -> str:
    """The field of a part of an order: of `-name:de`, name."""
    return part.lstrip("-").partition(":")[0]


def _one(dataset: Dataset, part: str) -> tuple[str, str]:
    name, colon, language = part.partition(":")
    if not colon:
        return name, ""
    if language not in LANGUAGES:
        raise BadQuery(
            f"there is no order of the language {language[:20]!r}",
            hint=f"Languages: {', '.join(sorted(LANGUAGES))}.",
        )
    field = name.removeprefix("-")
    if field not in dataset.field_names or dataset.field(field).type != "text":
        raise BadQuery(f"{field[:60]!r} is no text that a language could sort")
    return name, language
