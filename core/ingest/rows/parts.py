"""Whether two uploads of the same bytes take the same of them.

A file is the same file however it is read: another encoding, header row or delimiter is no reason to import it
twice. But it may hold several tables, each of which is a legitimate upload of its own: the sheets of a
workbook, the files of an archive, the lists of a JSON document, a range of cells.

What was taken is known exactly once a file was read (its decisions). Before, only what somebody asked for is
known: where that leaves a doubt the upload is received, and the commit compares again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARTS = ("member", "sheet", "table", "list_key", "range")

Read = Mapping[str, Any] | None


def same(
    asked: Mapping[str, Any], read: Read, other_asked: Mapping[str, Any], other_read: Read
) -> bool:
    """Whether both are the same part, by what was asked for and what the reader took (None: not read yet)."""
    if not (read and other_read):
        return all(_agree(asked, read, other_asked, other_read, n) for n in PARTS)
    ranges = "range" in asked or "range" in other_asked
    names = [
        n for n in PARTS if n != "range" or ranges
    ]  # where the cells are is no choice of a part
    return all(_taken(read, n) == _taken(other_read, n) for n in names)


def _agree(
    asked: Mapping[str, Any], read: Read, other: Mapping[str, Any], other_read: Read, name: str
) -> bool:
    mine, theirs = asked.get(name), other.get(name)
    if mine == theirs:
        return True
    # One asked for what the other took by itself.
    taken = _taken(read or other_read or {}, name)
    return taken is not None and taken == str(theirs if read else mine)


def _taken(read: Mapping[str, Any], name: str) -> str | None:
    value = next((d["value"] for d in read.get("decisions", ()) if d["name"] == name), None)
    return None if value is None else str(value)
