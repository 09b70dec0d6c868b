"""XML from strangers, as a stream: expat with every entity and document type refused.

A document type is all that an entity bomb or an external entity needs, and no writer of workbooks
makes one; defusedxml's handlers refuse them. Nothing is built from the XML but what a handler
keeps, so the memory does not grow with the part.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType  # nosec B407

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from core.errors import BrokenFile

CHUNK = 1 << 18
MISSES = 8  # pieces of unusual form, after which nobody looks for usual ones any more
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]*\?>")
_UTF8 = re.compile(rb"""encoding\s*=\s*["']utf-?8["']""", re.IGNORECASE)

Start = Callable[[str, list[str]], None]


class Done(Exception):
    """Raised by a handler that has seen enough."""


def new_parser() -> XMLParserType:
    """A parser that hands out whole texts and attribute lists, and refuses declarations."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = True
    guard = DefusedExpatParser(forbid_dtd=True)
    parser.StartDoctypeDeclHandler = guard.defused_start_doctype_decl
    parser.EntityDeclHandler = guard.defused_entity_decl
    parser.UnparsedEntityDeclHandler = guard.defused_unparsed_entity_decl
    parser.ExternalEntityRefHandler = guard.defused_external_entity_ref_handler
    return parser


def feed(
    parser: XMLParserType,
    stream: IO[bytes],
    part: str,
    closing: bytes = b"",
    take: Callable[[bytes], bool] | None = None,
) -> Iterator[None]:
    """Parse the stream piece by piece; what handlers gathered can be taken after each.

    With `take`, pieces end with `closing`, and those that `take` accepts never reach the parser: a
    shortcut for whole elements in their usual form, which must mean the same.
    Raises BrokenFile, also for a part that does not unpack or whose checksum is wrong.
    """
    pieces = _Pieces(stream, closing) if take is not None else iter(lambda: stream.read(CHUNK), b"")
    misses = 0
    try:
        for piece in pieces:
            usual = isinstance(pieces, _Pieces) and pieces.usual and misses < MISSES
            if not (usual and take is not None and take(piece)):
                parser.Parse(piece, False)
                misses += usual
            yield
        parser.Parse(b"", True)
        yield
    except Done:
        yield
    except DefusedXmlException as error:
        raise BrokenFile(
            "its XML declares a document type or entities, which no workbook needs",
            hint="Open it in a spreadsheet program and save it again.",
        ) from error
    except (ExpatError, LookupError) as error:  # LookupError: of an encoding that nobody knows
        raise BrokenFile(f"{part!r} in the workbook is no valid XML: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise BrokenFile(f"{part!r} in the workbook does not unpack: {error}") from error


class _Pieces:
    """The stream in pieces that end with `closing`; `usual` while shortcuts are safe.

    They are not once there may be a comment, a CDATA section or a processing instruction, in which
    elements are no elements, or bytes that are not UTF-8.
    """

    def __init__(self, stream: IO[bytes], closing: bytes) -> None:
        self.usual = True
        self._stream, self._closing = stream, closing
        self._rest = b""
        self._first = True

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._stream.read(CHUNK):
            data = self._rest + chunk
            cut = data.rfind(self._closing)
            self._rest = b""
            if cut < 0:
                self.usual = False
            elif self.usual:
                cut += len(self._closing)
                data, self._rest = data[:cut], data[cut:]
            self._look(data)
            yield data
        if self._rest:
            self.usual = False
            yield self._rest

    def _look(self, data: bytes) -> None:
        if self._first:
            self._first = False
            declared = _DECLARED.match(data)
            if declared and b"encoding" in declared[0] and not _UTF8.search(declared[0]):
                self.usual = False
            data = data[declared.end() :] if declared else data
        if b"<!" in data or b"<?" in data or b"\r" in data or b"\0" in data:
            self.usual = False


def parse(
    stream: IO[bytes], part: str, start: Start, end: Callable[[str], None] | None = None
) -> None:
    """Call `start(name, attributes)` and `end(name)` for each element of the stream.

    Names keep their prefix; `local` takes it off. Attributes are a flat list of names and values.
    """
    parser = new_parser()
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    for _ in feed(parser, stream, part):
        pass


def local(name: str) -> str:
    """`x:row` is row."""
    return name.rpartition(":")[2]


def attributes(flat: list[str]) -> dict[str, str]:
    """A flat list of attributes by their names without prefixes."""
    return {local(name): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
