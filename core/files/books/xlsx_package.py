"""The parts of an .xlsx or .xlsm around its cells: which part is which, styles, shared strings.

Names of parts are compared without case and with either slash, since writers differ. Namespaces
are not compared at all: "strict" workbooks have others, and prefixes are a matter of taste.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO

from core.errors import BrokenFile
from core.files.books.cell_text import number_text, text_for
from core.files.books.number_format import BUILT_IN, shown
from core.files.safe.xml_stream import Done, attributes, local, parse

Converter = Callable[[str], str]
TRUE = ("1", "true", "on")


@dataclass
class SheetPart:
    """A sheet of the workbook and the part of the package that holds it."""

    name: str
    state: str
    target: str


@dataclass
class Workbook:
    """What xl/workbook.xml says."""

    sheets: list[SheetPart] = field(default_factory=list)
    epoch_1904: bool = False
    recalculate: bool = False


class Package:
    """An open package, asked for parts by kind."""

    def __init__(self, archive: zipfile.ZipFile, usual: str = "xl/workbook.xml") -> None:
        self._archive = archive
        self._members = {_plain(info.filename): info for info in archive.infolist()}
        root = self.related("", "officedocument")
        self.main = next(iter(root.values()), usual)
        if _plain(self.main) not in self._members:
            raise BrokenFile(f"the workbook's own part, {usual}, is not in the archive")
        self._links = self._relations(self.main)

    def open(self, part: str) -> IO[bytes] | None:
        """The part as a stream, or None when there is none of that name."""
        info = self._members.get(_plain(part))
        return None if info is None else self._archive.open(info)

    def part(self, kind: str, usual: str) -> str | None:
        """The part of a kind ("styles", "sharedStrings") that the workbook names, or the usual."""
        for named, target in self._links.values():
            if named == kind.lower() and _plain(target) in self._members:
                return target
        return usual if _plain(usual) in self._members else None

    def sheets(self) -> dict[str, str]:
        """The parts that hold sheets with cells, by the ids that the workbook gives them."""
        return {
            key: target
            for key, (kind, target) in self._links.items()
            if kind == "worksheet" and _plain(target) in self._members
        }

    def workbook(self) -> Workbook:
        """Sheets in their order, without chart sheets and what else holds no cells."""
        found, parts = Workbook(), self.sheets()

        def start(name: str, flat: list[str]) -> None:
            tag, given = local(name), attributes(flat)
            if tag == "sheet":
                target = parts.get(given.get("id", ""))
                if target is not None:
                    state = given.get("state", "visible")
                    found.sheets.append(SheetPart(given.get("name", ""), state, target))
            elif tag == "workbookPr":
                # Extensions have an element of this name, too, without the attribute.
                found.epoch_1904 |= given.get("date1904", "").lower() in TRUE
            elif tag == "calcPr":
                found.recalculate = given.get("fullCalcOnLoad", "").lower() in TRUE

        self._parse(self.main, start)
        return found

    def comments(self, sheet: str) -> list[str]:
        """The cells of a sheet that have a comment."""
        found: list[str] = []

        def start(name: str, flat: list[str]) -> None:
            if local(name) in ("comment", "threadedComment"):
                found.append(attributes(flat).get("ref", ""))

        for kind in ("comments", "threadedcomment"):
            for target in self.related(sheet, kind).values():
                self._parse(target, start)
        return list(dict.fromkeys(found))

    def _parse(self, part: str, start: Callable[[str, list[str]], None]) -> None:
        stream = self.open(part)
        if stream is not None:
            with stream:
                parse(stream, part, start)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """{id: (kind in lower case, target)} of what a part refers to."""
        folder, name = posixpath.split(part)
        links: dict[str, tuple[str, str]] = {}

        def start(tag: str, flat: list[str]) -> None:
            given = attributes(flat)
            if local(tag) == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "").replace("\\", "/")
                if not target.startswith("/"):
                    target = posixpath.normpath(posixpath.join(folder, target))
                kind = given.get("Type", "").rpartition("/")[2].lower()
                links[given.get("Id", "")] = (kind, target)

        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return links

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts of a kind (in lower case) that a part refers to, by their ids."""
        return {key: target for key, (k, target) in self._relations(part).items() if k == kind}


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def read_styles(package: Package, epoch_1904: bool) -> list[Converter]:
    """What makes text of a number in a cell of style 0, 1, ...: `number_text` for most."""
    part = package.part("styles", "xl/styles.xml")
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = False

    def start(name: str, flat: list[str]) -> None:
        nonlocal inside
        tag = local(name)
        if tag == "numFmt":
            given = attributes(flat)
            codes[_number(given.get("numFmtId"))] = given.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            formats.append(_number(attributes(flat).get("numFmtId")))

    def end(name: str) -> None:
        if local(name) == "cellXfs":
            raise Done

    stream = package.open(part) if part else None
    if stream is not None and part is not None:
        with stream:
            parse(stream, part, start, end)
    made: dict[int, Converter] = {}
    for number in set(formats):
        code = codes.get(number, BUILT_IN.get(number, "General"))
        look = shown(code)
        plain = look.kind == "number" and not look.zeros
        made[number] = number_text if plain else lru_cache(50_000)(text_for(look, epoch_1904))
    return [made[number] for number in formats]


def struck_styles(package: Package) -> frozenset[str]:
    """The numbers of the styles whose font is struck through."""
    part = package.part("styles", "xl/styles.xml")
    fonts: list[bool] = []
    found: list[str] = []
    inside, number = "", 0

    def start(name: str, flat: list[str]) -> None:
        nonlocal inside, number
        tag = local(name)
        if tag in ("fonts", "cellXfs"):
            inside = tag
        elif tag == "font" and inside == "fonts":
            fonts.append(False)
        elif tag == "strike" and inside == "fonts" and fonts:
            fonts[-1] = attributes(flat).get("val", "1").lower() in TRUE
        elif tag == "xf" and inside == "cellXfs":
            font = _number(attributes(flat).get("fontId"))
            if font < len(fonts) and fonts[font]:
                found.append(str(number))
            number += 1

    def end(name: str) -> None:
        nonlocal inside
        if local(name) in ("fonts", "cellXfs"):
            inside = ""

    stream = package.open(part) if part else None
    if stream is not None and part is not None:
        with stream:
            parse(stream, part, start, end)
    return frozenset(found)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
