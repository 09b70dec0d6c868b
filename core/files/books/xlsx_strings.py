"""The shared strings of an .xlsx: every text once, cells name it by number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import getsizeof
from typing import IO

from core.errors import FileTooLarge
from core.files.books.cell_text import unescaped
from core.files.books.xlsx_package import TRUE, Package
from core.files.books.xlsx_rows import decoded
from core.files.safe.xml_stream import attributes, feed, local, new_parser

MOST = 800_000_000  # bytes of memory for all of them
POINTER = 8  # bytes for a place in a list
_PLAIN = re.compile(r'<si><t(?: xml:space="preserve")?+>([^<]*+)</t></si>')


class SharedTexts(list[str]):
    """The texts by their number, and the numbers of those that are struck through in part."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        super().__init__(texts)
        self.struck: set[int] = set()


def read_strings(package: Package, enough: int | None = None) -> SharedTexts:
    """All of them (or `enough`), runs of rich text joined; how to pronounce them (rPh) is left out.

    Raises FileTooLarge when they would not fit the memory.
    """
    part = package.part("sharedStrings", "xl/sharedStrings.xml")
    stream = package.open(part) if part else None
    if stream is None or part is None:
        return SharedTexts()
    with stream:
        return _Strings().read(stream, part, enough)


def strikes(flat: list[str]) -> bool:
    """Whether an element `strike` of a run of text says so: it may also say that there is no line."""
    return attributes(flat).get("val", "1") in TRUE


def size_of(text: str) -> int:
    """Bytes of memory that a text takes in a list."""
    return getsizeof(text) + POINTER


class _Strings:
    """Handlers for the elements of the part; `found` grows."""

    def __init__(self) -> None:
        self.found = SharedTexts()
        self._runs: list[str] = []
        self._wanted = False
        self._aside = 0  # depth inside of rPh

    def read(self, stream: IO[bytes], part: str, enough: int | None) -> SharedTexts:
        parser = new_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        size = seen = 0
        for _ in feed(parser, stream, part, b"</si>", self._take):
            size += sum(map(size_of, self.found[seen:]))
            seen = len(self.found)
            if enough is not None and seen >= enough:
                break
            if size > MOST:
                raise FileTooLarge(
                    f"its texts take more than {MOST:,} bytes of memory",
                    hint="Split the workbook, or save the sheet as CSV.",
                )
        return self.found

    def _take(self, piece: bytes) -> bool:
        """Texts without any format, all of a piece at once: each has four `<`, and nothing else."""
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError:
            return False
        found = _PLAIN.findall(text)
        if not piece.startswith(b"<si>") or text.count("<") != 4 * len(found):
            return False
        if "&" in text or "_x" in text:
            found = [unescaped(decoded(each)) for each in found]
        self.found.extend(found)
        return True

    def _start(self, name: str, flat: list[str]) -> None:
        tag = local(name) if ":" in name else name
        if tag == "t":
            self._wanted = not self._aside
        elif tag == "si":
            self._runs.clear()
        elif tag == "rPh":
            self._aside += 1
        elif tag == "strike" and strikes(flat):
            self.found.struck.add(len(self.found))

    def _end(self, name: str) -> None:
        tag = local(name) if ":" in name else name
        if tag == "t":
            self._wanted = False
        elif tag == "si":
            self.found.append(unescaped("".join(self._runs)))
        elif tag == "rPh":
            self._aside -= 1

    def _text(self, data: str) -> None:
        if self._wanted:
            self._runs.append(data)
