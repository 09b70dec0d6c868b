"""Rows of an .xlsx sheet in their usual form, many at once: one pattern for a whole row.

The pattern has every column that was seen so far, each with an optional cell. A piece of XML is
taken only when the rows that fit lie side by side from its first byte to its last; then each column
is turned into text as a whole. Everything else is left to the XML parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain

from core.errors import BrokenFile
from core.files.books.book import Cells, Facts
from core.files.books.cell_text import number_text
from core.files.books.places import MAX_ROW, column_letters
from core.files.books.xlsx_package import TRUE, Converter

MOST_COLUMNS = 200  # the pattern grows with them
_ROW = r'(<row r="(\d{1,7}+)"((?: [\w:]++="[^"<>&]*+")*+) ?(?:/>|>'
_ROW_END = r"</row>)\s*+)"
_CELL = (
    r'(?:<c r="%s\d{1,7}+"(?: s="(\d{1,6}+)")?+(?: t="(\w++)")?+ ?'
    r"(?:/>|>%s(?:<v>([^<]*+)</v>%s)</c>))?+"
)
_FORMULA = r'(?:<f(?: \w++="[^"<>&]*+")*+ ?(?:/>|>[^<]*+</f>)(?=<v>[^<]))?+'
_INLINE = r'|<is><t(?: xml:space="preserve")?+>([^<]*+)</t></is>'
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_LINK = re.compile(r"<f[^>]*>\s*HYPERLINK\(", re.IGNORECASE)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# Numbers that are written as they are shown, one after the other; no blank may stand beside one.
_ALL_PLAIN = re.compile(
    r"(?:(?:-?+(?:[1-9]\d{0,14}+(?!\.)|(?:[1-9]\d{0,5}+|0)\.\d{1,9}+(?<=[1-9]))|0)?+;)*+"
)


class UsualRows:
    """Takes rows whose columns were seen before."""

    def __init__(self, converter: Callable[[str, str], Converter], facts: Facts) -> None:
        self.last = 0  # the number of the last row that was taken
        self._converter, self._facts = converter, facts
        self._columns: list[int] = []
        self._patterns: dict[tuple[bool, bool], re.Pattern[str]] = {}

    def learn(self, columns: list[int]) -> None:
        """Columns of a row that the parser read."""
        new = set(columns).difference(self._columns)
        if new and len(self._columns) <= MOST_COLUMNS:
            self._columns = sorted(new.union(self._columns))
            self._patterns.clear()

    def rows(self, piece: bytes) -> list[Cells] | None:
        """The rows of a piece, or None when it is not in the usual form throughout."""
        if not 0 < len(self._columns) <= MOST_COLUMNS or not piece.startswith(b"<row"):
            return None
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError:
            return None
        formulas, inline = "<f" in text, "<is>" in text
        if formulas and _LINK.search(text):
            return None  # the parser tells of addresses
        found = self._pattern(formulas, inline).findall(text)
        if not found or sum(len(row[0]) for row in found) != len(text):
            return None
        lines = [int(row[1]) for row in found]
        if max(lines) > MAX_ROW or min(lines) < 1:
            return None
        if formulas:
            self._facts.formulas += text.count("<f>") + text.count("<f ")
        return self._cells(lines, list(zip(*found, strict=True)), inline, "hidden=" in text)

    def _pattern(self, formulas: bool, inline: bool) -> re.Pattern[str]:
        pattern = self._patterns.get((formulas, inline))
        if pattern is None:
            parts = (_FORMULA if formulas else "", _INLINE if inline else "")
            cells = [_CELL % (column_letters(column), *parts) for column in self._columns]
            pattern = re.compile("".join([_ROW, *cells, _ROW_END]))
            self._patterns[formulas, inline] = pattern
        return pattern

    def _cells(
        self, lines: list[int], groups: list[tuple[str, ...]], inline: bool, hidden: bool
    ) -> list[Cells]:
        if hidden:
            for line, given in zip(lines, groups[2], strict=True):
                if any(f'hidden="{word}"' in given for word in TRUE):
                    self._facts.hide_row(line)
        self.last = lines[-1]
        step = 4 if inline else 3
        texts = [
            self._column(*groups[start : start + step]) for start in range(3, len(groups), step)
        ]
        used = [(c, column) for c, column in zip(self._columns, texts, strict=True) if any(column)]
        columns = [column for column, _ in used]
        rows = map(list, zip(*(column for _, column in used), strict=True))
        return [(line, columns, row) for line, row in zip(lines, rows, strict=False)]

    def _column(
        self,
        styles: tuple[str, ...],
        kinds: tuple[str, ...],
        values: tuple[str, ...],
        inline: tuple[str, ...] = (),
    ) -> list[str] | tuple[str, ...]:
        if inline:
            values = tuple(map(str.__add__, values, inline))  # one of both is empty
        looks = set(zip(kinds, styles, strict=True))
        if len(looks) == 1 and "" not in values:
            return self._alike(*looks.pop(), values)
        makers = {look: self._maker(*look) for look in looks}
        chosen = map(makers.__getitem__, zip(kinds, styles, strict=True))
        return [make(value) if value else "" for make, value in zip(chosen, values, strict=True)]

    def _alike(self, kind: str, style: str, values: tuple[str, ...]) -> list[str] | tuple[str, ...]:
        make = self._maker(kind, style)
        if make is number_text and _ALL_PLAIN.fullmatch(";".join(chain(values, ("",)))):
            return values
        return list(map(make, values))

    def _maker(self, kind: str, style: str) -> Converter:
        make = self._converter(kind, style)
        if kind in ("str", "inlineStr"):
            return lambda text: make(decoded(text))
        return make


def decoded(text: str) -> str:
    """XML's entities and character references as characters. Raises BrokenFile for others."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0x110000:
        return chr(code)
    raise BrokenFile(f"the XML of the sheet has a reference that means nothing: {match[0]!r}")
