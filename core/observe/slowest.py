"""The last slow traces of this process, for the page: spans are put together by trace, the quick ones forgotten.

Everything is bounded: traces that are open, spans of one, traces that are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

OPEN = 200  # traces of which spans came and no end yet
RECENT = 200  # quick ones, to which a later part (a job) may belong
KEPT = 60  # slow ones
SPANS = 400  # of one trace


@dataclass(frozen=True)
class Piece:
    """One span: when it began (seconds since 1970), how long it took, to what it belongs, whether it ended well."""

    id: str
    parent: str
    name: str
    began: float
    seconds: float
    ok: bool = True
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    """A trace: its id, its name (that of its first span), when it began, its seconds, its spans in their order."""

    id: str
    name: str
    began: float
    seconds: float
    ok: bool
    spans: tuple[Piece, ...]
    left_out: int = 0  # spans beyond the limit


class Slowest:
    """Takes spans as they end; `roots` ends a part of a trace in this process."""

    def __init__(self, slow: float) -> None:
        self._slow = slow
        self._lock = threading.Lock()
        self._open: OrderedDict[str, list[Piece]] = OrderedDict()
        self._recent: OrderedDict[str, Trace] = OrderedDict()
        self._kept: OrderedDict[str, Trace] = OrderedDict()

    def ended(self, trace: str, piece: Piece, root: bool) -> None:
        """A span of a trace ended; a root is the first span of it here."""
        with self._lock:
            pieces = self._open.setdefault(trace, [])
            pieces.append(piece)
            if len(pieces) > 2 * SPANS:
                pieces.pop(0)
            if root:
                self._finish(trace, self._open.pop(trace))
            while len(self._open) > OPEN:
                self._open.popitem(last=False)

    def _finish(self, trace: str, pieces: list[Piece]) -> None:
        before = self._kept.pop(trace, None) or self._recent.pop(trace, None)
        whole = _put_together(trace, [*(before.spans if before else ()), *pieces])
        if before:
            whole = replace(whole, left_out=whole.left_out + before.left_out)
        longest = max(p.seconds for p in whole.spans)
        room, most = (self._kept, KEPT) if longest >= self._slow else (self._recent, RECENT)
        room[trace] = whole
        while len(room) > most:
            room.popitem(last=False)

    def slow(self) -> list[Trace]:
        """The slow ones that are kept, the newest first."""
        with self._lock:
            return sorted(self._kept.values(), key=lambda t: t.began, reverse=True)

    def get(self, trace: str) -> Trace | None:
        """One of them, or one of the last quick ones."""
        with self._lock:
            return self._kept.get(trace) or self._recent.get(trace)


def _put_together(trace: str, pieces: list[Piece]) -> Trace:
    """Of many spans the longest stay; the first one, which names the trace, always does."""
    pieces = sorted(pieces, key=lambda p: p.began)
    known = {p.id for p in pieces}
    first = next((p for p in pieces if p.parent not in known), pieces[0])
    left = max(0, len(pieces) - SPANS)
    if left:
        others = [p for p in pieces if p is not first]
        longest = sorted(others, key=lambda p: p.seconds, reverse=True)[: SPANS - 1]
        pieces = sorted([first, *longest], key=lambda p: p.began)
    end = max(p.began + p.seconds for p in pieces)
    ok = all(p.ok for p in pieces)
    return Trace(trace, first.name, first.began, end - first.began, ok, tuple(pieces), left)
