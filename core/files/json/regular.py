"""The proof that DuckDB and the careful parser see the same cells: one regular expression.

DuckDB takes trailing commas and NaN, compares keys without case, passes over keys that it was not
told of, and writes numbers anew. So every byte of a file must match an expression that allows none
of that: flat objects, with known keys in one order, and numbers that are written as DuckDB writes
them. RE2 reads about 300 MB a second, needs no memory, and cannot run away.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.files.json import floats as json_floats
from core.files.json.floats import FRACTION, LONG, WHOLE

CHUNK = 8 << 20  # compiling the expression takes some milliseconds for each
THREADS = 2
BOM = b"\xef\xbb\xbf"

_HEX = "[0-9a-fA-F]"
_PAIR = rf"u[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}"
# No NUL and no half of a pair, which the careful way reports.
_CODE = rf"u(?:[1-9a-cA-CefEF]{_HEX}{{3}}|0[1-9a-fA-F]{_HEX}{{2}}|00[2-9a-fA-F]{_HEX}|[dD][0-7]{_HEX}{{2}})"
_LOW = rf"u00(?:0[1-9a-fA-F]|1{_HEX})"  # control characters
_PLAIN = r'[^"\\\x00-\x1f\x{D800}-\x{DFFF}]'
_TEXT = rf'"(?:{_PLAIN}|\\(?:["\\/bfnrt]|{_CODE}|{_LOW}|{_PAIR}))*"'
_LISTED = rf'"(?:{_PLAIN}|\\(?:["\\/bfnrt]|{_CODE}|{_PAIR}))*"'  # both write it again, and differ
_WHOLE = r"0|-?[1-9][0-9]{0,39}"
# No zero at the end but the one of `1.0`, and nothing that needs an exponent. Those with more
# digits are looked at by `json_floats`, since no expression can know them.
_SMALL = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"  # four digits, not all 0
_DECIMAL = (
    rf"-?0\.(?:0|[0-9]{{0,3}}[1-9]|{_SMALL}[1-9])"
    rf"|-?[1-9][0-9]{{0,{WHOLE - 1}}}\.(?:0|[0-9]{{0,4}}[1-9])"
)
_LONG = (
    rf"-?0\.{_SMALL}[0-9]{{{LONG - 4},{FRACTION - 4}}}"
    rf"|-?[1-9][0-9]{{0,{WHOLE - 1}}}\.[0-9]{{{LONG},{FRACTION}}}"
)
_WORD = "null|true|false"


@dataclass(frozen=True)
class Proof:
    """Whether every byte is regular. `total` counts the items, `reason` says what is not."""

    total: int = 0
    reason: str = ""


def expression(order: Sequence[str], lines: bool, long: bool) -> str:
    """What each object must match; the first key is in all of them, the others are in order.

    `long` allows decimals with many digits, which are then still to be looked at.
    """
    blank = r"[ \t]*" if lines else r"[ \t\r\n]*"
    number = f"{_WHOLE}|{_DECIMAL}" + (f"|{_LONG}" if long else "")
    listed = rf"(?:{_LISTED}|{_WORD}|{number})"
    items = rf"\[{blank}(?:{listed}(?:{blank},{blank}{listed})*{blank})?\]"
    value = rf"(?:{_TEXT}|{_WORD}|{number}|{items})"
    first, *others = ("(?:" + "|".join(map(_literal, _spellings(key))) + ")" for key in order)
    members = [f"{first}:{blank}{value}"]
    members += [f"(?:{blank},{blank}{key}:{blank}{value})?" for key in others]
    return rf"\{{{blank}{''.join(members)}{blank}\}}"


def _spellings(key: str) -> tuple[str, ...]:
    """A key as writers write it: as it is, and in ASCII."""
    return tuple(dict.fromkeys((json.dumps(key, ensure_ascii=False), json.dumps(key))))


def _literal(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else rf"\x{{{ord(c):x}}}" for c in text)


class Checker:
    """Holds the bytes of one file against the expression, chunk by chunk, in two threads.

    `learn(chunk)` is asked when a chunk does not match: it may add keys to `order`, and says
    whether it did.
    """

    def __init__(
        self, order: list[str], lines: bool, longest: int, learn: Callable[[bytes], bool]
    ) -> None:
        self._order, self._lines, self._longest, self._learn = order, lines, longest, learn
        self._rule = (expression(order, lines, False), False)

    def check(self, path: Path) -> Proof:
        """Look at every byte. Stops at the first chunk that is irregular."""
        total = 0
        with ThreadPoolExecutor(THREADS) as pool:
            for chunk, last, matches in self._checked(path, pool):
                if not matches:
                    return Proof(reason="not every object is flat, regular and of the same keys")
                if self._too_long(chunk):
                    return Proof(reason="it holds very long items")
                total += self._count(chunk, last)
        return Proof(total)

    def _checked(self, path: Path, pool: ThreadPoolExecutor) -> Iterator[tuple[bytes, bool, bool]]:
        """(chunk, whether it is the last, whether it matches); a few are looked at ahead."""
        waiting: deque[tuple[bytes, bool, bool, Future[bool]]] = deque()
        for part in self._chunks(path):
            waiting.append((*part, pool.submit(self._matches, *part)))
            if len(waiting) > THREADS:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _result(
        self, chunk: bytes, first: bool, last: bool, found: Future[bool]
    ) -> tuple[bytes, bool, bool]:
        return chunk, last, found.result() or self._grown(chunk, first, last)

    def _grown(self, chunk: bytes, first: bool, last: bool) -> bool:
        """Whether it matches by what is known now, with long decimals, or with keys it brings."""
        if self._matches(chunk, first, last):
            return True
        if not self._rule[1]:
            self._rule = (expression(self._order, self._lines, True), True)
            if self._matches(chunk, first, last):
                return True
        if not self._learn(chunk):
            return False
        self._rule = (expression(self._order, self._lines, True), True)
        return self._matches(chunk, first, last)

    def _matches(self, chunk: bytes, first: bool, last: bool) -> bool:
        item, long = self._rule
        offsets = pa.py_buffer(np.array([0, len(chunk)], dtype="<i4"))
        texts = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(chunk))
        try:
            found = pc.match_substring_regex(texts, self._whole(item, first, last))
        except pa.ArrowInvalid:  # too many keys for one expression
            return False
        return bool(found[0].as_py()) and (not long or json_floats.exact(chunk))

    def _whole(self, item: str, first: bool, last: bool) -> str:
        if self._lines:
            line = rf"{item}[ \t]*\r?\n"
            return rf"\A(?:{line})*(?:{item})?[ \t\r\n]*\z" if last else rf"\A(?:{line})+\z"
        blank = r"[ \t\r\n]*"
        begin = rf"{blank}\[{blank}" if first else ""
        end = rf"{item}{blank}\]{blank}" if last else ""
        return rf"\A{begin}(?:{item}{blank},{blank})*{end}\z"

    def _chunks(self, path: Path) -> Iterator[tuple[bytes, bool, bool]]:
        """(bytes, whether they are the first, whether they are the last), cut between items."""
        with path.open("rb") as file:
            rest, first = file.read(len(BOM)).removeprefix(BOM), True
            while True:
                data = file.read(CHUNK)
                chunk = rest + data
                if not data:
                    yield chunk, first, True
                    return
                cut = self._cut(chunk)
                if cut > 0:
                    yield chunk[:cut], first, False
                    rest, first = chunk[cut:], False
                elif len(chunk) < 2 * (CHUNK + self._longest):
                    rest = chunk
                else:
                    yield chunk, first, False  # no such item is regular, so this ends it
                    return

    def _cut(self, chunk: bytes) -> int:
        if self._lines:
            return chunk.rfind(b"\n") + 1
        # A quote inside of a text has a backslash before it, so this is no text.
        ends = (chunk.rfind(key) for key in self._keys())
        end = max(ends)
        return chunk.rfind(b"{", 0, end) if end > 0 else -1

    def _count(self, chunk: bytes, last: bool) -> int:
        if self._lines and not last:
            return chunk.count(b"\n")  # several times faster, and each line is an object
        return sum(chunk.count(key) for key in self._keys())

    def _keys(self) -> list[bytes]:
        return [text.encode() + b":" for text in _spellings(self._order[0])]

    def _too_long(self, chunk: bytes) -> bool:
        """Whether an item may be longer than a cell may be: each ends with a brace."""
        place = 0
        while place + self._longest < len(chunk):
            end = chunk.rfind(b"}", place, place + self._longest)
            if end < 0:
                return True
            place = end + 1
        return False


def merge(order: list[str], keys: Sequence[str]) -> bool:
    """Put keys that are new behind the one they follow. False when the order is another one."""
    place = -1
    for key in keys:
        if key not in order:
            if place < 0 and order:
                return False
            place += 1
            order.insert(place, key)
            continue
        at = order.index(key)
        if at <= place or (place < 0 and at > 0):
            return False
        place = at
    return place >= 0


def usable(key: str) -> bool:
    """Whether DuckDB can be told of this key and finds exactly it."""
    return key != "" and re.search(r"[\x00-\x1f\ud800-\udfff]", key) is None
