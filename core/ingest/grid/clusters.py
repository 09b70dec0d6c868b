"""Spellings of one column that may be one text, as `core.cleaning.clusters` finds them, with their rows of the grid."""

from __future__ import annotations

from collections.abc import Iterable

from core.cleaning import clusters as spellings
from core.cleaning.clusters import Method
from core.ingest.grid.models import Cluster, Text

MOST = 5_000  # different texts that are held against each other


def clusters(texts: Iterable[Text], method: Method = "fingerprint") -> list[Cluster]:
    """Groups of two and more spellings, the largest first. Raises InputError for a method that there is not."""
    given = [t for t in texts if t.text and t.kind != "blank"][:MOST]
    by_text = {t.text: t for t in given if t.text}
    found = [
        Cluster(group.to, tuple(by_text[text] for text, _ in group.values), group.all_rows)
        for group in spellings.clusters({text: t.count for text, t in by_text.items()}, method)
    ]
    return sorted(found, key=lambda c: (-c.count, c.into))
