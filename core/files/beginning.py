"""The beginning of a large file as a small file of its own, so that a first look takes no time.

It is read by the same readers, so what it shows is what the whole file shows there; what stands
further down (another encoding, a longer row, notes below the table) only the whole file tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.files.cache import cache_key, derive
from core.files.format import FileFormat
from core.files.source import LARGE, Source
from core.files.table import Table

HEAD = 1 << 20


def table(source: Source, format_: FileFormat, read: Callable[[Source], Table]) -> Table | None:
    """What `read` makes of the beginning; None when the file is small, or all of it must be looked at.

    A format without a way to cut (workbooks) knows itself what a first look is.
    """
    if format_.beginning is None or source.path.stat().st_size < LARGE:
        return None
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    cut = format_.beginning(head)
    if cut is None:
        return None
    target = source.cache_dir / f"{cache_key(source.path, 'beginning', format_.name)}.head"
    part = derive(target, lambda path: _write(path, cut))
    found = read(replace(source, path=part))
    return so_far(found) if found.total else None


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def so_far(table: Table) -> Table:
    """A table of the beginning, which claims nothing about the rest."""
    decisions = [
        replace(d, evidence=f"so far {d.evidence}") if d.evidence.startswith("all ") else d
        for d in table.decisions
    ]
    return replace(table, decisions=tuple(decisions), total=None, whole=False)
