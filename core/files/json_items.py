"""A JSON text as a stream of items, exact in grammar and in every number, in bounded memory.

Two parsers look at each item. orjson knows the grammar of RFC 8259 exactly but turns numbers into
floats; the standard library keeps the digits as they were typed but forgives too much. So the
standard library finds the item's end and its texts, and orjson has the last word on its grammar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TextIO

import orjson

from core.errors import BrokenFile, TooManyRows

CHUNK = 4 << 20
DEPTH = 64
_BLANK = re.compile(r"[ \t\r\n]*")


class Number(str):
    """A number as it was typed: `1.0`, `1e5`, thirty digits."""

    __slots__ = ()


@dataclass
class Met:
    """What was met on the way: duplicate keys (how many, and where first)."""

    duplicates: int = 0
    first_duplicate: str = ""


class _Constant(ValueError):
    pass


class Reader:
    """Reads values one after the other from a text stream, and knows where it is.

    All errors are BrokenFile with `line`, `column` (1-based) and `reason`.
    """

    def __init__(self, stream: TextIO, max_chars: int) -> None:
        self.met = Met()
        self.item = 0
        self.size = 0  # characters of the value read last
        self._stream, self._max = stream, max_chars
        self._text, self._place, self._ended = "", 0, False
        self._line, self._column = 1, 1
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

    def take(self, wanted: str, reason: str) -> None:
        """The next character must be one of `wanted`."""
        char = self.peek()
        if not char:
            self.fail("the file ends in the middle", at_end=True)
        if char not in wanted:
            self.fail(reason)
        self._place += 1

    def _more(self) -> bool:
        """Drop what was read, and read on. False at the end of the stream."""
        if self._ended:
            return False
        self._forget()
        # Twice as much each time an item does not fit, so that a huge item is not scanned often.
        try:
            chunk = self._stream.read(max(CHUNK, len(self._text)))
        except UnicodeDecodeError as error:
            raise BrokenFile(
                f"behind line {self._line:,} a byte is not UTF-8 ({error.reason})",
                hint="JSON is UTF-8; save it so, or choose its encoding.",
                line=self._line,
                reason="not UTF-8",
            ) from error
        self._ended = not chunk
        self._text += chunk
        if len(self._text) > self._max:
            raise BrokenFile(
                f"one value is larger than {self._max:,} characters", reason="too large"
            )
        return bool(chunk)

    def _forget(self) -> None:
        self._line, self._column = self._where(self._place)
        self._text, self._place = self._text[self._place :], 0

    def _where(self, place: int) -> tuple[int, int]:
        ends = self._text.count("\n", 0, place)
        if not ends:
            return self._line, self._column + place
        return self._line + ends, place - self._text.rfind("\n", 0, place)

    def fail(self, reason: str, *, place: int | None = None, at_end: bool = False) -> NoReturn:
        """Raise BrokenFile at a place of the present text (default: where reading stands)."""
        if at_end:
            place = len(self._text.rstrip())
        line, column = self._where(self._place if place is None else place)
        raise BrokenFile(
            f"line {line:,}, column {column:,}: {reason}", line=line, column=column, reason=reason
        )

    # ------------------------------------------------------------ values

    def value(self) -> Any:
        """The next value: dict, list, str, Number, True, False or None."""
        while True:
            self.peek()
            start = self._place
            try:
                value, end = self._scan(self._text, start)
            except StopIteration as stop:
                if self._more():
                    continue
                self._wrong(int(stop.value) - start)
            except json.JSONDecodeError as error:
                # Not yet wrong when the text just ends there, or begins there what ends later.
                cut = error.pos > len(self._text) - 64 or "Unterminated" in error.msg
                if cut and self._more():
                    continue
                self._wrong(error.pos - start if cut else error.pos - self._place, error.msg)
            except _Constant as error:
                reason = f"{error} is no JSON; write null, or a text in quotes"
                self.fail(reason, place=max(start, self._text.find(str(error), start)))
            except RecursionError:
                self.fail(f"it is nested deeper than {DEPTH} levels")
            size = end - start
            if end == len(self._text) and self._more():
                continue  # a number may go on in the next chunk
            self._check(size)
            self.size, self._place = size, self._place + size
            return value

    def _check(self, size: int) -> None:
        data = self._text[self._place : self._place + size].encode("utf-8", "surrogatepass")
        try:
            orjson.loads(data)
        except orjson.JSONDecodeError as error:
            self._wrong(min(error.pos, size), error.msg)

    def _wrong(self, offset: int, message: str = "") -> NoReturn:
        """Fail `offset` characters behind where the value began."""
        place = self._place + offset
        if self._ended and not self._text[place:].strip():
            self.fail("the file ends in the middle", at_end=True)
        if "Unterminated string" in message and self._ended:
            self.fail("the file ends in the middle of a text", place=place)
        self.fail(_repair(self._text, place, message), place=place)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            self.met.duplicates += len(pairs) - len(made)
            if not self.met.first_duplicate:
                names = [key for key, _ in pairs]
                twice = next(name for name in names if names.count(name) > 1)
                self.met.first_duplicate = f"{twice!r} in item {self.item + 1:,}"
        return made

    @staticmethod
    def _constant(name: str) -> NoReturn:
        raise _Constant(name)

    # ------------------------------------------------------------ items

    def array(self, max_rows: int) -> Iterator[Any]:
        """The items of the array that comes next, one by one; its closing bracket is taken."""
        self.take("[", "a list should begin here")
        if self.peek() == "]":
            self._place += 1
            return
        while True:
            yield self._counted(max_rows)
            self.take(",]", "a comma or a closing bracket is missing here")
            if self._text[self._place - 1] == "]":
                return
            if self.peek() == "]":
                self.fail("a comma stands before the closing bracket; remove it")

    def objects(self, max_rows: int) -> Iterator[Any]:
        """Objects one after the other, with blanks and line ends between them, to the end."""
        while char := self.peek():
            if char != "{":
                hint = " (a comma: put the objects into [ ], or remove it)" if char == "," else ""
                self.fail(f"another object should begin here{hint}")
            yield self._counted(max_rows)

    def end(self) -> None:
        """Nothing but blanks may follow."""
        if self.peek():
            self.fail("something stands behind the end")

    def _counted(self, max_rows: int) -> Any:
        if self.item >= max_rows:
            raise TooManyRows(f"more than {max_rows:,} items", limit=max_rows)
        value = self.value()
        self.item += 1
        return value


def _repair(text: str, place: int, message: str) -> str:
    """The reason in words that name the repair, from what stands at the place."""
    rest, before = text[place : place + 12], text[max(0, place - 30) : place].rstrip()
    if rest.startswith(("//", "/*", "#")):
        return "comments are no JSON; remove them"
    if rest[:1] in "]}" and before.endswith(",") or before.endswith(",") and rest[:1] == "":
        return "a comma stands before the closing bracket; remove it"
    if rest[:1] == "'":
        return 'texts stand in double quotes ("), not in single ones'
    if rest.startswith(("NaN", "Infinity", "-Infinity", "nan", "inf")):
        return f"{rest.split(',')[0].strip()} is no JSON; write null, or a text in quotes"
    if rest.startswith(("True", "False", "None", "undefined")):
        return "write true, false or null in small letters"
    if "Expecting property name" in message:
        return 'a key in double quotes (") should stand here'
    if "surrogate" in message.lower() or "lone" in message.lower():
        return "half of a surrogate pair stands alone in a text"
    return f"this is no JSON ({message[:1].lower()}{message[1:]})" if message else "this is no JSON"
