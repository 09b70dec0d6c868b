"""What a workbook's archive may be, checked before anything is unpacked."""

from __future__ import annotations

import mmap
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from core.errors import BrokenFile, EncryptedFile, FileTooLarge, UnknownFormat

RATIO_FROM = 10_000_000  # bytes of a member from which on its ratio matters
MANIFEST, MANIFEST_SIZE = "META-INF/manifest.xml", 8_000_000
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A stream of this name holds the workbook; names in such files do not tell case.
_STREAM = re.compile(rb"B\0o\0o\0k\0", re.IGNORECASE)


def check_zip(path: Path, request: dict[str, Any], what: str = "workbook") -> None:
    """Raises FileTooLarge for a bomb, EncryptedFile, or BrokenFile for a damaged archive.

    `request` holds the limits: max_members, max_unpacked (bytes), max_ratio.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(members, request, what)
            _check_places(members, path.stat().st_size)
            _check_password(archive, members)
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise BrokenFile(f"the {what} is damaged: {error}") from error


def _check_sizes(members: list[zipfile.ZipInfo], request: dict[str, Any], what: str) -> None:
    most = request["max_members"]
    if len(members) > most:
        raise FileTooLarge(
            f"the {what} holds {len(members):,} files (limit {most:,})",
            hint="Save it again in a spreadsheet program, or raise MARQUEE_MAX_MEMBERS.",
        )
    total, most = sum(member.file_size for member in members), request["max_unpacked"]
    if total > most:
        raise FileTooLarge(
            f"the {what} unpacks to {total:,} bytes (limit {most:,})",
            hint=f"Split the {what}, or raise MARQUEE_MAX_UNPACKED_MB.",
        )
    most = request["max_ratio"]
    hint = "Open it, delete what is empty, and save it again."
    if what == "workbook":
        hint = f"If you know where it is from, read it with unpack=true. Or: {hint[0].lower()}{hint[1:]}"
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > most * member.compress_size:
            ratio = member.file_size // max(1, member.compress_size)
            raise FileTooLarge(
                f"{member.filename!r} inside the {what} unpacks to {ratio:,} times its size "
                f"(limit {most})",
                hint=hint,
            )


def _check_places(members: list[zipfile.ZipInfo], size: int) -> None:
    """Members that share bytes are how a small archive holds very much."""
    last = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < last or member.header_offset + member.compress_size > size:
            raise BrokenFile(f"{member.filename!r} shares its bytes with another part")
        last = member.header_offset + member.compress_size


def _check_password(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedFile("its parts are encrypted")
    for member in members:
        if member.filename == MANIFEST and member.file_size < MANIFEST_SIZE:
            if b"encryption-data" in archive.read(member):
                raise EncryptedFile("it was saved with a password")


def check_ole(path: Path) -> None:
    """Raises EncryptedFile, or UnknownFormat for an Office document that is no workbook."""
    with path.open("rb") as file:
        if not file.read(4).startswith(b"\xd0\xcf"):
            return  # a bare sheet of Excel 4 or older
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(_ENCRYPTED) >= 0:
                raise EncryptedFile("the workbook is encrypted")
            if not _STREAM.search(data):
                raise UnknownFormat("it is an old Office document, but holds no workbook")
