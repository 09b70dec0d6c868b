"""The records of the binary parts of an .xlsb: [MS-XLSB], of which only what cells need."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from core.errors import BrokenFile

LONGEST = 64_000_000  # bytes of a record; a cell holds at most 32,767 characters

ROW, BLANK, RK, ERROR, BOOLEAN, REAL, TEXT, SHARED = range(8)
FORMULA_TEXT, FORMULA_REAL, FORMULA_BOOLEAN, FORMULA_ERROR = range(8, 12)
SHORT = 12  # from here on seven kinds of cells again, each right of the one before
SHARED_TEXT, FONT, FORMAT, STYLE, COLUMNS, RICH_TEXT = 19, 43, 44, 47, 60, 62
BOOK_PROPERTIES, SHEET, MERGED = 153, 156, 176
BEGIN_STYLES, END_STYLES = 617, 618
BEGIN_CELLS, DIMENSION, LINK, COMMENT = 145, 148, 494, 635
STRUCK = 8  # of the flags of a font


def records(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(type, data) of each. Raises BrokenFile when one is cut off."""
    while head := stream.read(1):
        kind = head[0]
        if kind & 0x80:
            kind = kind & 0x7F | (_byte(stream) & 0x7F) << 7
        size = shift = 0
        while shift < 28:
            byte = _byte(stream)
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if size > LONGEST:
            raise BrokenFile(f"a record of the workbook has {size:,} bytes")
        data = stream.read(size)
        if len(data) < size:
            raise BrokenFile("a record of the workbook is cut off")
        yield kind, data


def _byte(stream: BinaryIO) -> int:
    byte = stream.read(1)
    if not byte:
        raise BrokenFile("a record of the workbook is cut off")
    return byte[0]


def wide(data: bytes, at: int) -> tuple[str, int]:
    """(a text with its length in front, where it ends); no text has the length 0xFFFFFFFF."""
    (length,) = struct.unpack_from("<I", data, at)
    at += 4
    if length == 0xFFFF_FFFF:
        return "", at
    end = at + 2 * length
    if end > len(data):
        raise BrokenFile("a text of the workbook is cut off")
    return data[at:end].decode("utf-16-le", "replace"), end


def rk(data: bytes, at: int) -> float:
    """A number in four bytes: an integer or the first half of a double, perhaps in hundredths."""
    (raw,) = struct.unpack_from("<i", data, at)
    value: float
    if raw & 2:
        value = float(raw >> 2)
    else:
        (value,) = struct.unpack("<d", bytes(4) + struct.pack("<i", raw & ~3))
    return value / 100 if raw & 1 else value
