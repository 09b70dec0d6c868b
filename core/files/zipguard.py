"""What a zip-based workbook may unpack to, checked before anything is unpacked."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from core.errors import BrokenFile, EncryptedFile, FileTooLarge
from core.files.sheet_errors import column_number

MEMBERS = 1_000
UNPACKED = 1_000_000_000  # bytes of all members together
RATIO, RATIO_FROM = 100, 10_000_000  # per member, once it is larger than this
SMALL_SHEET = 8_000_000  # bytes of XML that are looked through for absurd places
CELLS = 50_000_000  # a sheet's rows times columns
_PLACE = re.compile(rb'r="([A-Z]{1,3})(\d{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def check_zip(path: Path) -> None:
    """Raises FileTooLarge for a bomb, EncryptedFile, or BrokenFile for a damaged archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(members)
            _check_password(archive, members)
            for member in members:
                if _SHEET.fullmatch(member.filename) and member.file_size <= SMALL_SHEET:
                    _check_extent(archive.read(member), member.filename)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise BrokenFile(f"the workbook's archive is damaged: {error}") from error
    except Exception as error:  # zlib.error has no public base
        if type(error).__module__ != "zlib":
            raise
        raise BrokenFile(f"the workbook's archive is damaged: {error}") from error


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MEMBERS:
        raise FileTooLarge(
            f"the workbook's archive holds {len(members):,} files (limit {MEMBERS:,})", hint=""
        )
    total = sum(member.file_size for member in members)
    if total > UNPACKED:
        raise FileTooLarge(f"the workbook unpacks to {total:,} bytes (limit {UNPACKED:,})", hint="")
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > RATIO * member.compress_size:
            ratio = member.file_size // max(1, member.compress_size)
            raise FileTooLarge(
                f"{member.filename!r} inside the workbook unpacks to {ratio:,} times its size "
                f"(limit {RATIO})",
                hint="Open the workbook, delete what is empty, and save it again.",
            )


def _check_password(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedFile("its parts are encrypted")
    for member in members:
        if member.filename == "META-INF/manifest.xml" and member.file_size < SMALL_SHEET:
            if b"encryption-data" in archive.read(member):
                raise EncryptedFile("it was saved with a password")


def _check_extent(xml: bytes, name: str) -> None:
    """Cells far apart make a parser that keeps the whole rectangle ask for terabytes."""
    places = _PLACE.findall(xml)
    if not places:
        return
    rows = max(int(row) for _, row in places)
    columns = max(column_number(letters) for letters, _ in places)
    if rows * columns > max(CELLS, 100_000 * len(places)):
        raise FileTooLarge(
            f"{name!r} has {len(places):,} cells spread over {rows:,} rows and {columns:,} columns",
            hint="Delete the stray cell far right or far below, and save the workbook again.",
        )
