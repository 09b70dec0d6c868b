"""One text asked of the whole site: records of all datasets, uploads by their file names, datasets by their titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from core.datasets.model import Dataset
from core.errors import SearchUnavailable
from core.ingest import uploads
from core.ingest.uploads import Upload
from core.search.results import Suggestion
from core.search.searching import Searching
from core.search.suggest import records_like
from core.storage.store import Connection

WORDS = 10  # of the text that are looked for in names


@dataclass(frozen=True)
class Everywhere:
    """What the site has for a text: the first records by dataset, uploads, datasets."""

    records: dict[str, tuple[Suggestion, ...]] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()
    datasets: tuple[Dataset, ...] = ()


def in_records(
    searches: Iterable[Searching], text: str, limit: int
) -> Iterator[tuple[str, tuple[Suggestion, ...]]]:
    """The first records of each dataset that has some; one without an index is left out."""
    for searching in searches:
        with suppress(SearchUnavailable):
            if found := tuple(records_like(searching, text, limit)):
                yield searching.dataset.name, found


def in_uploads(connection: Connection, text: str, limit: int) -> tuple[Upload, ...]:
    """Uploads whose file names hold every word, the newest first."""
    words = text.lower().split()[:WORDS]
    conditions = " AND ".join(["contains(lower(filename), ?)"] * len(words))
    if not words:
        return ()
    rows = connection.execute(
        f"SELECT upload_id::VARCHAR FROM ops.uploads WHERE kind = 'import' AND {conditions}"
        " ORDER BY created_at DESC LIMIT ?",
        [*words, limit],
    ).fetchall()
    return tuple(uploads.get(connection, row[0]) for row in rows)


def in_datasets(datasets: Iterable[Dataset], text: str, limit: int) -> tuple[Dataset, ...]:
    """Datasets whose names or titles hold every word."""
    words = text.casefold().split()[:WORDS]
    fit = [d for d in datasets if all(w in f"{d.label} {d.name}".casefold() for w in words)]
    return tuple(fit[:limit]) if words else ()
