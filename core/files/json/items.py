"""A JSON text as a stream of values, exact in grammar and in every number, in bounded memory.

The scanner of the standard library is strict but for the words NaN and Infinity, which are hooked,
and for half surrogate pairs, which are kept as the escape that was typed. Numbers stay text. The
tests hold it against orjson, which is exact in grammar but turns numbers into floats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, TextIO

from core.errors import BrokenFile, TooManyRows
from core.files.json.reasons import reason_for

CHUNK = 4 << 20
DEPTH = 64
RAW_LINES = 60  # physical lines whose fate is kept for the page
SPANS = 200  # items whose lines are noted for that, at most
_BLANK = re.compile(r"[ \t\r\n]*")
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
)
# What stands between the digits of a number: where a chunk ends here, more digits may follow.
_CUT_NUMBER = ("", ".", "e", "E", "e+", "e-", "E+", "E-")
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(NaN|-?Infinity)', re.DOTALL)
_ODD_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class Number(str):
    """A number as it was typed: `1.0`, `1e5`, thirty digits."""

    __slots__ = ()


@dataclass
class Met:
    """What was met on the way: how often, and where first. See `SAID` in json_write."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, times: int, where: str) -> None:
        """Count it; `where` is kept of the first one only."""
        self.counts[what] = self.counts.get(what, 0) + times
        self.first.setdefault(what, where)


class _Constant(ValueError):
    pass


class Reader:
    """Reads values one after the other from a text stream, and knows where it is.

    All errors are BrokenFile with `line`, `column` (1-based) and `reason`. `spans` holds
    (first line, last line) of the first items.
    """

    def __init__(self, stream: TextIO, max_chars: int) -> None:
        self.met = Met()
        self.item = 0
        self.size = 0  # characters of the value read last
        self.spans: list[tuple[int, int]] = []
        self._stream, self._max = stream, max_chars
        self._text, self._place, self._ended = "", 0, False
        self._line, self._column = 1, 1
        self._twice: list[str] = []
        self._in_items = False
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=self._constant,
        )
        self._scan: Callable[[str, int], tuple[Any, int]] = vars(decoder)["scan_once"]

    # ------------------------------------------------------------ text

    def peek(self) -> str:
        """The next character that is not blank, not yet taken; '' at the end."""
        char = self._text[self._place : self._place + 1]
        if char and char not in " \t\r\n":
            return char
        while True:
            self._place = _BLANK.match(self._text, self._place).end()  # type: ignore[union-attr]
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def take(self, wanted: str, reason: str) -> str:
        """The next character, which must be one of `wanted`."""
        char = self.peek()
        if not char:
            self.fail("the file ends in the middle", at_end=True)
        if char not in wanted:
            self.fail(reason_for(self._text, self._place) or reason)
        self._place += 1
        return char

    def _more(self) -> bool:
        """Drop what was read, and read on. False at the end of the stream."""
        if self._ended:
            return False
        self._forget()
        # Twice as much each time an item does not fit, so that a huge item is not scanned often.
        chunk = self._stream.read(max(CHUNK, len(self._text)))
        self._ended = not chunk
        self._text += chunk
        if len(self._text) > self._max:
            raise BrokenFile(
                f"line {self._line:,}: one value is larger than {self._max:,} characters",
                line=self._line,
                reason="too large",
            )
        return bool(chunk)

    def _forget(self) -> None:
        self._line, self._column = self.where(self._place)
        self._text, self._place = self._text[self._place :], 0

    def where(self, place: int | None = None) -> tuple[int, int]:
        """(line, column), 1-based, of a place of the present text; default: where reading stands."""
        place = self._place if place is None else place
        ends = self._text.count("\n", 0, place)
        if not ends:
            return self._line, self._column + place
        return self._line + ends, place - self._text.rfind("\n", 0, place)

    def fail(self, reason: str, *, place: int | None = None, at_end: bool = False) -> NoReturn:
        """Raise BrokenFile at a place of the present text (default: where reading stands)."""
        if at_end:
            place = len(self._text.rstrip())
        line, column = self.where(place)
        raise BrokenFile(
            f"line {line:,}, column {column:,}: {reason}", line=line, column=column, reason=reason
        )

    # ------------------------------------------------------------ values

    def value(self) -> Any:
        """The next value: dict, list, str, Number, True, False or None."""
        while True:
            self.peek()
            start = self._place
            self._twice.clear()
            try:
                value, end = self._scan(self._text, start)
            except StopIteration as stop:
                offset = int(stop.value) - start
                if self._more():
                    continue
                self._wrong(offset)
            except json.JSONDecodeError as error:
                # Not yet wrong when the text just ends there, or begins there what ends later.
                offset = error.pos - start
                cut = error.pos > len(self._text) - 64 or "Unterminated" in error.msg
                if cut and self._more():
                    continue
                self._wrong(offset, error.msg)
            except _Constant:
                self._wrong(self._constant_at(start) - start)
            except RecursionError:
                self._check_depth(start, len(self._text))
                self.fail(f"it is nested deeper than {DEPTH} levels")
            size = end - start
            rest = len(self._text) - end
            if rest < 3 and self._text[end:] in _CUT_NUMBER and self._more():
                continue  # a number may go on in the next chunk
            start = self._place  # looking for more has moved the text
            end = start + size
            value = self._looked_at(value, start, end)
            self.size, self._place = end - start, end
            return value

    def _looked_at(self, value: Any, start: int, end: int) -> Any:
        """The value, when nothing about it is odd; what is odd is counted, mended or refused."""
        text = self._text
        brackets = text.count("[", start, end) + text.count("{", start, end)
        if brackets > DEPTH and _deeper(value, DEPTH):
            self._check_depth(start, end)
        if self._twice:
            times, first = len(self._twice), self._twice[0]
            self.met.add("duplicate", times, f"{first!r} {self._whereabouts()}")
        if text.find("\\u", start, end) >= 0 and _ODD_ESCAPE.search(text, start, end):
            mended = _ESCAPES.sub(self._escape, text[start:end])
            return self._scan(mended, 0)[0]
        return value

    def _escape(self, found: re.Match[str]) -> str:
        """The escape as it is, or with its backslash doubled when it is half a character."""
        text = found.group()
        if len(text) == 6 and text[2] in "dD" and text[3] in "89abcdefABCDEF":
            self.met.add("surrogate", 1, f"{text} {self._whereabouts()}")
            return "\\" + text
        if text == "\\u0000":
            self.met.add("nul", 1, self._whereabouts())
        return text

    def _whereabouts(self) -> str:
        return f"in item {self.item + 1:,}" if self._in_items else "outside the items"

    def _check_depth(self, start: int, end: int) -> None:
        depth = 0
        for found in _BRACKETS.finditer(self._text, start, end):
            sign = found.group()
            depth += (sign in "[{") - (sign in "]}")
            if depth > DEPTH:
                self.fail(f"it is nested deeper than {DEPTH} levels here", place=found.start())

    def _wrong(self, offset: int, message: str = "") -> NoReturn:
        """Fail `offset` characters behind where the value began."""
        place = self._place + offset
        if self._ended and not self._text[place:].strip(" \t\r\n"):
            self.fail("the file ends in the middle", at_end=True)
        if "Unterminated string" in message and self._ended:
            self.fail("the file ends in the middle of a text that begins here", place=place)
        reason = reason_for(self._text, place, message)
        self.fail(reason or "a value should stand here", place=place)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            names: set[str] = set()
            for key, _ in pairs:
                if key in names:
                    self._twice.append(key)
                names.add(key)
        return made

    def _constant_at(self, start: int) -> int:
        found = (m.start() for m in _CONSTANT.finditer(self._text, start) if m.group(1))
        return next(found, start)

    @staticmethod
    def _constant(name: str) -> NoReturn:
        raise _Constant(name)

    # ------------------------------------------------------------ items

    def array(self, max_rows: int) -> Iterator[Any]:
        """The items of the array that comes next, one by one; its closing bracket is taken."""
        yield from self._list(lambda: self.counted(max_rows))

    def _list(self, read: Callable[[], Any]) -> Iterator[Any]:
        self.take("[", "a list should begin here")
        if self.peek() == "]":
            self._place += 1
            return
        while True:
            yield read()
            if self.take(",]", "a comma or a closing bracket is missing here") == "]":
                return
            if self.peek() == "]":
                self.fail("a comma stands before the closing bracket; remove it")

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; whoever asks reads each value before the next."""
        self.take("{", "an object should begin here")
        if self.peek() == "}":
            self._place += 1
            return
        known: set[str] = set()
        while True:
            if self.peek() not in ('"', ""):
                self._wrong(0, "Expecting property name")
            key = self.value()
            if key in known:
                self.met.add("duplicate", 1, f"{key!r} {self._whereabouts()}")
            known.add(key)
            self.take(":", "a colon is missing between a key and its value")
            yield key
            sign = self.take(",}", "a comma or a closing brace is missing here")
            if sign == "}":
                return
            if self.peek() == "}":
                self.fail("a comma stands before the closing brace; remove it")

    def objects(self, max_rows: int) -> Iterator[Any]:
        """Objects one after the other, with blanks and line ends between them, to the end."""
        while char := self.peek():
            if char != "{":
                hint = " (a comma: put the objects into [ ], or remove it)" if char == "," else ""
                said = reason_for(self._text, self._place)
                self.fail(said or f"another object should begin here{hint}")
            yield self.counted(max_rows)

    def end(self) -> None:
        """Nothing but blanks may follow."""
        if self.peek():
            said = reason_for(self._text, self._place)
            self.fail(f"something stands behind the end{': ' + said if said else ''}")

    def single(self) -> Any:
        """The next value as the only item."""
        return self.counted(1)

    def whole(self) -> bool:
        """Whether the value that comes next ends in the text at hand; what is wrong with it, `value` says.

        A little more is read for it, but not at every level of what is nested.
        """
        for _ in range(2):
            self.peek()
            try:
                self._scan(self._text, self._place)
                return True
            except (StopIteration, json.JSONDecodeError):
                if len(self._text) - self._place >= 4 * CHUNK:
                    return False
                if not self._more():
                    return True
            except (_Constant, RecursionError):
                return True
        return False

    def skip(self) -> None:
        """Read the next value and forget it; a list may be of any size."""
        if self.peek() != "[":
            self.value()
            return
        for _ in self._list(self.value):
            pass

    def counted(self, max_rows: int) -> Any:
        """The next value as one more item. Raises TooManyRows."""
        if self.item >= max_rows:
            raise TooManyRows(f"more than {max_rows:,} items", limit=max_rows)
        self.peek()
        noted = len(self.spans) == self.item < SPANS
        line = self.where()[0] if noted else 0
        self._in_items = True
        value = self.value()
        self._in_items = False
        self.item += 1
        if noted and line <= RAW_LINES:
            self.spans.append((line, self.where()[0]))
        return value


def _deeper(value: Any, levels: int) -> bool:
    """Whether a value is nested deeper than so many levels."""
    if type(value) is dict:
        value = value.values()
    elif type(value) is not list:
        return False
    if not levels:
        return True
    inner = [item for item in value if type(item) is dict or type(item) is list]
    return any(_deeper(item, levels - 1) for item in inner)
