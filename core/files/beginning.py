"""The beginning of a large file as a small file of its own, so that a first look takes no time.

It is read by the same readers, so what it shows is what the whole file shows there; what stands
further down (another encoding, a longer row, notes below the table) only the whole file tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.files.cache import cache_key, derive
from core.files.source import Source
from core.files.table import Table

LARGE = 8 << 20  # bytes; what is smaller is read whole in no time
HEAD = 1 << 20
LINE_ENDS = 200  # looked at from the last one backwards, for one that stands in no quotes
_WIDE = (b"\n\0", b"\0\n")  # line ends of UTF-16
_SIGNS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_PARTNER = {b"]": b"[", b"}": b"{"}


def table(source: Source, format_: str, read: Callable[[Source], Table]) -> Table | None:
    """What `read` makes of the beginning; None when the file is small, or all of it must be looked at.

    `format_` is csv or json: workbooks are no text that could be cut (see `core.files.sheets.excel`).
    """
    if source.path.stat().st_size < LARGE:
        return None
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    cut = _json(head) if format_ == "json" else _text(head)
    if cut is None:
        return None
    target = source.cache_dir / f"{cache_key(source.path, 'beginning', format_)}.head"
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


def _text(head: bytes) -> bytes | None:
    """Whole lines. Of those that could be the last, one behind which no quote is open."""
    if b"\0" in head:
        return _wide(head)
    end = len(head)
    for _ in range(LINE_ENDS):
        end = head.rfind(b"\n", 0, end)
        if end < 0:
            break
        if head.count(b'"', 0, end) % 2 == 0:
            return head[: end + 1]
    end = max(head.rfind(b"\n"), head.rfind(b"\r"))
    return head[: end + 1] if end > 0 else None


def _wide(head: bytes) -> bytes | None:
    for sign in _WIDE:
        end = head.rfind(sign)
        while end > 0 and end % 2:
            end = head.rfind(sign, 0, end)
        if end > 0:
            return head[: end + 2]
    return None


def _json(head: bytes) -> bytes | None:
    """Whole items: objects one after the other, of a list, or of a list within an object."""
    ends: dict[int, tuple[int, bytes]] = (
        {}
    )  # depth to the last value that ended there, and what closes it
    still: list[bytes] = []
    for sign in _SIGNS.finditer(head):
        mark = sign[0]
        if mark in b"[{":
            still.append(mark)
        elif mark in b"]}":
            if not still or still.pop() != _PARTNER[mark]:
                return None
            ends[len(still)] = sign.end(), b"".join(still)
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    for depth, around in ((0, b""), (1, b"["), (2, b"{[")):
        place, opened = ends.get(depth, (0, b""))
        if place and opened == around and (depth or first == b"{"):
            return head[:place] + around[::-1].translate(_CLOSING)
    return None


_CLOSING = bytes.maketrans(b"[{", b"]}")
