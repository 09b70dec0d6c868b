"""A proof, by one fast pass over all bytes, that a UTF-8 file is regular delimited text.

Where the proof holds, DuckDB's parser and `core.files.text.records` cannot disagree about a quote, a
line end, a blank line or the number of a row's cells, so the fast one may be used.

Proof for quotes: in file order they alternate between opening and closing, where a doubled quote
inside a cell is a closing one directly followed by an opening one. The file is regular when every
opening quote stands after a delimiter, a line end or such a closing one, and every closing quote
stands before a delimiter, a line end or such an opening one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.files.text.splitter import Dialect

CHUNK = 1 << 20  # what stays in the cache of a core
_LF, _CR, _BACKSLASH = 10, 13, 92
_MARK = b"\xef\xbb\xbf"


@dataclass
class Probe:
    """What the pass found. `reason` says why the file is not regular; '' when it is.

    `lines` counts physical lines; `longest` is in bytes.
    """

    lines: int = 0
    longest: int = 0
    reason: str = ""
    line_end: str = "LF"


class _Scan:
    """State carried from chunk to chunk."""

    def __init__(self, dialect: Dialect, width: int, first: int = 1) -> None:
        self.delimiter = ord(dialect.delimiter)
        self.quote = ord(dialect.quote) if dialect.quote else -1
        self.result = Probe()
        self.open = False  # whether the chunk begins inside a quoted cell
        self.since = 0  # bytes since the last line end
        self.last = _LF  # byte before the chunk
        self.crlf: bool | None = None
        # Bytes of which a row of empty cells is made.
        self.empty = np.isin(np.arange(256), [self.delimiter, self.quote, _LF, _CR])
        self.narrow = 3 * width + 2  # bytes of the longest such row, as good as always
        self.width, self.first = width, first  # cells of a row, and the line of the first one
        self.marks = 0  # delimiters from there on, those in quotes left out
        self.short = False  # whether a line of this chunk is so short
        self.something = False  # whether the line that is begun holds anything else

    def take(self, data: bytes, after: int) -> str:
        """Look at a chunk that is followed by the byte `after` (a line end at the end)."""
        bytes_ = np.frombuffer(data, np.uint8)
        if b"\0" in data:
            return "it holds NUL characters"
        if b"\n" + _MARK in data or self.last == _LF and data.startswith(_MARK):
            return "a byte order mark stands in the middle"
        ends = np.flatnonzero(bytes_ == _LF)
        before, opened = self.result.lines, self.open
        reason = self._ends(data, bytes_, ends, after) or self._quotes(bytes_, ends, after)
        reason = reason or self._empty(bytes_, ends)
        if not reason:
            skipped = max(0, self.first - 1 - before)  # lines of this chunk above the first row
            begin = int(ends[skipped - 1]) + 1 if 0 < skipped <= len(ends) else 0
            if skipped > len(ends):
                return "its table begins far down"
            marks = int(np.count_nonzero(bytes_[begin:] == self.delimiter))
            self.marks += marks - self._quoted(bytes_, begin, opened)
        return reason

    def _quoted(self, bytes_: npt.NDArray[np.uint8], begin: int, opened: bool) -> int:
        """How many delimiters from a byte on stand in quotes."""
        opening, closing = _pairs(bytes_, self.quote, opened)
        held = closing > begin
        opening, lengths = opening[held] + 1, (closing - opening)[held] - 1
        # The places of all bytes in quotes, one after the other; mostly they are few.
        shift = np.repeat(opening - (np.cumsum(lengths) - lengths), lengths)
        return int((bytes_[np.arange(len(shift)) + shift] == self.delimiter).sum())

    def _ends(
        self, data: bytes, bytes_: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], after: int
    ) -> str:
        returns = data.count(b"\r")
        if returns:
            pairs = data.count(b"\r\n") + (data[-1] == _CR and after == _LF)
            if returns != pairs:
                return "it holds line ends of several kinds"
        if len(ends) or returns:
            # A chunk that begins with LF may belong to the CR before it.
            expected = len(ends) - (self.last == _CR and data[0] == _LF)
            expected += data[-1] == _CR and after == _LF
            crlf = returns > 0 if expected else self.crlf
            if returns not in (0, expected) or (self.crlf is not None and crlf != self.crlf):
                return "it holds line ends of several kinds"
            self.crlf = crlf
        return self._lengths(bytes_, ends)

    def _lengths(self, bytes_: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp]) -> str:
        shortest = 2 if self.crlf else 1
        if len(ends):
            lengths = np.diff(ends, prepend=-1 - self.since)
            self.result.longest = max(self.result.longest, int(lengths.max()))
            self.short = int(lengths.min()) <= self.narrow
            if int(lengths.min()) <= shortest:
                return "it holds blank lines"
            self.since = len(bytes_) - 1 - int(ends[-1])
        else:
            self.since += len(bytes_)
        self.result.longest = max(self.result.longest, self.since)
        self.result.lines += len(ends)
        return ""

    def _empty(self, bytes_: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp]) -> str:
        """Rows without any text are left out by the careful way, so they are looked for here."""
        last = int(ends[-1]) + 1 if len(ends) else 0
        held = self.something
        self.something = (held and not len(ends)) or not self.empty[bytes_[last:][:4096]].all()
        if not len(ends) or not self.short:
            return ""
        full = ~self.empty[bytes_[:last]]
        found = np.logical_or.reduceat(full, np.concatenate(([0], ends[:-1] + 1)))
        found[0] |= held
        return "" if found.all() else "it holds rows of empty cells"

    def _quotes(self, bytes_: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], after: int) -> str:
        places = np.flatnonzero(bytes_ == self.quote) if self.quote >= 0 else ends[:0]
        before_open = self.open
        if len(places):
            reason = self._alternate(bytes_, places, after)
            if reason:
                return reason
            self.open = before_open ^ bool(len(places) & 1)
        inside = (np.searchsorted(places, ends) + before_open) & 1
        return "cells hold line ends" if inside.any() else ""

    def _alternate(
        self, bytes_: npt.NDArray[np.uint8], places: npt.NDArray[np.intp], after: int
    ) -> str:
        padded = np.empty(len(bytes_) + 2, np.uint8)
        padded[0], padded[1:-1], padded[-1] = self.last, bytes_, after
        opening, closing = (
            (places[1::2], places[0::2]) if self.open else (places[0::2], places[1::2])
        )
        before, behind = padded[opening], padded[closing + 2]
        if (padded[places] == _BACKSLASH).any():
            return "quotes stand behind backslashes"
        good = (before == self.delimiter) | (before == _LF) | (before == self.quote)
        if not good.all():
            return "quotes stand inside unquoted text"
        good = (
            (behind == self.delimiter) | (behind == _LF) | (behind == _CR) | (behind == self.quote)
        )
        return "" if good.all() else "text stands behind closing quotes"


class _Again:
    """Whether a line stands again further down, wherever the chunks are cut."""

    def __init__(self, line: bytes) -> None:
        self.line, self.before = line, b""
        self.met = 0

    def take(self, data: bytes) -> bool:
        """Look at a chunk; the first time is where the names stand."""
        if not self.line:
            return False
        self.met += (self.before + data).count(self.line)
        self.before = data[-len(self.line) + 1 :] if len(self.line) > 1 else b""
        return self.met > 1


def probe(
    path: Path, dialect: Dialect, width: int = 1, first: int = 1, names: bytes = b""
) -> Probe:
    """Look at every byte of a UTF-8 file whose rows, `width` cells wide, begin on line `first`.

    `names` is the line of names, which must not stand again. About 0.5 GB/s, in bounded memory; see Probe.
    """
    if len(dialect.delimiter) != 1 or ord(dialect.delimiter) > 127 or dialect.backslash:
        return Probe(reason="its delimiter or its quotes are unusual")
    scan, again = _Scan(dialect, width, first), _Again(names)
    with path.open("rb") as file:
        data = file.read(CHUNK).removeprefix(_MARK)
        while data:
            ahead = file.read(CHUNK)
            reason = scan.take(data, ahead[0] if ahead else _LF)
            if not reason and again.take(data):
                reason = "the line of names stands in it again"
            if reason:
                scan.result.reason = reason
                return scan.result
            scan.last, data = data[-1], ahead
    if scan.open:
        scan.result.reason = "a quote never closes"
    elif scan.since and not scan.something:
        scan.result.reason = "it holds rows of empty cells"
    scan.result.lines += scan.last != _LF
    # A row with too few cells, or with more that hold anything, DuckDB refuses by itself; what it
    # forgives is an empty cell too many, and then the sum is not right.
    rows = scan.result.lines - first + 1
    if not scan.result.reason and scan.marks != rows * (width - 1):
        scan.result.reason = "rows differ in length"
    scan.result.line_end = "CRLF" if scan.crlf else "LF"
    return scan.result


def regular(data: bytes, dialect: Dialect, width: int) -> bool:
    """Whether whole lines are regular text, and every one has exactly `width` cells."""
    if ord(dialect.delimiter) > 127:
        return False
    scan = _Scan(dialect, width)
    if scan.take(data, _LF) or scan.open:
        return False
    bytes_ = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(bytes_ == _LF)
    marks = np.flatnonzero(bytes_ == scan.delimiter)
    counts = np.diff(np.searchsorted(marks, ends), prepend=0)
    opening, closing = _pairs(bytes_, scan.quote, False)
    inside = np.searchsorted(marks, closing) - np.searchsorted(marks, opening)
    lines = np.searchsorted(ends, opening)
    counts -= np.bincount(lines, weights=inside, minlength=len(ends)).astype(np.intp)
    return bool((counts == width - 1).all())


def _pairs(
    bytes_: npt.NDArray[np.uint8], quote: int, opened: bool
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The places of opening and of closing quotes; those of cells that are cut lie outside."""
    places = np.flatnonzero(bytes_ == quote) if quote >= 0 else np.empty(0, np.intp)
    if opened:
        places = np.concatenate(([-1], places))
    if len(places) % 2:
        places = np.concatenate((places, [len(bytes_)]))
    return places[0::2], places[1::2]
