"""Workbooks as a file format."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from core.errors import BrokenFile, UnknownFormat
from core.files.format import FileFormat, Format, Look
from core.files.source import SHARED, Source
from core.files.table import Table

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLD_EXCEL = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def detect(look: Look) -> Format | None:
    """A workbook by its first bytes, whatever its name. Raises BrokenFile for a damaged zip."""
    return _book(look.path, look.head, look.filename) or _markup(look.head)


def _book(path: Path, head: bytes, filename: str) -> Format | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(path, filename)
    if head.startswith(_OLE):
        return Format("excel", "xls", "it is an OLE2 document, as .xls files are")
    if head.startswith(_OLD_EXCEL) and head[2:4] in (b"\x08\x00", b"\x06\x00", b"\x04\x00"):
        return Format("excel", "xls", "it begins as an old Excel sheet does")
    return None


def _zip(path: Path, filename: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise BrokenFile(f"{filename!r} begins as a zip file but is not whole: {error}") from error
    lower = {name.lower().lstrip("/") for name in names}
    if "opendocument.spreadsheet" in mimetype.decode("ascii", "replace"):
        return Format("excel", "ods", "it is a zip with the mark of a spreadsheet document")
    if "xl/workbook.bin" in lower:
        return Format("excel", "xlsb", "it is a zip with a binary workbook")
    if any(name.startswith("xl/") for name in lower) or "[content_types].xml" in lower:
        if any(name.startswith(("word/", "ppt/")) for name in lower):
            raise UnknownFormat(f"{filename!r} is a Word or PowerPoint document")
        kind = "xlsm" if "xl/vbaproject.bin" in lower else "xlsx"
        return Format("excel", kind, "it is a zip with a workbook")
    return Format("archive", "zip", "it is a zip archive")


_MARKUP = {
    "fods": "a spreadsheet document in one XML file",
    "xml": "an XML spreadsheet of 2003",
    "html": "a web page",
}


def _markup(head: bytes) -> Format | None:
    """A spreadsheet in one XML file, or a page that may hold tables; whatever its name."""
    text = (
        head[:4096].replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head[:4096]
    )
    start = text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    kind = None
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<workbook" in start:
        kind = "xml"
    elif b"<office:document" in start and b"opendocument.spreadsheet" in start:
        kind = "fods"
    elif start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")):
        kind = "html"
    elif start.startswith((b"<?xml", b"<!--")) and re.search(rb"<(?:!doctype )?html|<table", start):
        kind = "html"
    elif start.startswith(b"mime-version") and b"multipart/related" in start:
        kind = "html"
    return Format("excel", kind, f"it begins as {_MARKUP[kind]} does") if kind else None


# What a file of such a kind is usually called; another name is told.
NAMED = {
    "fods": (".fods", ".xml"),
    "xml": (".xml",),
    "html": (".html", ".htm", ".mht", ".mhtml"),
}


def surprise(found: Format, suffix: str) -> str:
    """What is said of a workbook whose name promises another kind; empty where nothing is to be said."""
    if found.kind not in NAMED or suffix in NAMED[found.kind]:
        return ""
    return f"The name ends in {suffix or 'nothing'}, but it is {_MARKUP[found.kind]}; it was read as that."


def _read(source: Source, kind: str) -> Table:
    from core.files.sheets.excel import read_excel

    return read_excel(source, kind)


FORMAT = FileFormat(
    name="excel",
    suffixes=(
        *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".xml", ".html", ".htm", ".mht"),
    ),
    detect=detect,
    read=_read,
    decisions=(*SHARED, "sheet", "range", "merged", "unpack"),
    shown=(
        ("sheet", "table", "header", "skip", "merged"),
        ("range", "header_rows", "footer", "columns", "unpack"),
    ),
    place="row",
    title="workbook",
    looked_at=True,
)
