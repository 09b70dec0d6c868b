"""Which kind of file it is, by its content. The name is a hint at most."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import orjson

from core.errors import BrokenFile, UnknownFormat
from core.files.encodings.wide import wide
from core.files.text.dos_end import stripped

HEAD = 64 << 10
JSON_NAMES = (".json", ".jsonl", ".ndjson", ".geojson")
_TEXT_NAMES = (".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat")
_BOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".xml", ".html", ".htm", ".mht")
_MARKUP_NAMES = {
    "fods": (".fods", ".xml"),
    "xml": (".xml",),
    "html": (".html", ".htm", ".mht", ".mhtml"),
}
_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a WebP picture, or sound"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"PAR1", "a Parquet file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"\x80\x04\x95", "a Python pickle"),
)
# Files that only their own libraries read safely: the frame that comes out of them is taken.
_WAY_IN = {
    b"PAR1": "Take it in a notebook as a frame: wb.import_file(pl.read_parquet(path)). Or save it as CSV.",
    b"ARROW1": "Take it in a notebook as a frame: wb.import_file(pl.read_ipc(path)). Or save it as CSV.",
    b"Obj\x01": "Take it in a notebook as a frame: wb.import_file(pl.read_avro(path)). Or save it as CSV.",
    b"ORC": "Take it in a notebook as a frame: wb.import_file(pd.read_orc(path)). Or save it as CSV.",
    b"SQLite format 3": "Take a table of it in a notebook as a frame:"
    " wb.import_file(pd.read_sql(query, connection)). Or save it as CSV.",
    b"DUCK": "Take a table of it in a notebook as a frame:"
    " wb.import_file(duckdb.connect(path, read_only=True).table(name)). Or save it as CSV.",
}
_TEXTUAL_MAGIC = (b"BM", b"MZ", b"ORC", b"ID3", b"BZh", b"RIFF", b"GIF8")  # could begin a text
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\0\x0b\x0c"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLD_EXCEL = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r\x0c\x1a\x1b\x1f\x1e\x01\x00")


@dataclass(frozen=True)
class Format:
    """`name` is csv, json, excel or archive; `kind` says more (xlsx, xls, ods ...), `evidence` why."""

    name: str
    kind: str
    evidence: str
    surprise: str = ""  # said when the file name promises something else


def blank(path: Path) -> bool:
    """Whether the file holds nothing but blanks."""
    with path.open("rb") as file:
        return path.stat().st_size <= HEAD and not file.read().strip(_BLANK)


def packed(path: Path) -> bool:
    """Whether the file may be an archive."""
    with path.open("rb") as file:
        return file.read(4).startswith((b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"))


def detect(path: Path, filename: str) -> Format:
    """Look at the content. Raises UnknownFormat, and BrokenFile for a damaged zip."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    suffix = Path(filename).suffix.lower()
    if not head.strip(_BLANK):
        raise UnknownFormat(f"{filename!r} begins with nothing but blanks or zero bytes")
    if head.startswith(b"\x1f\x8b"):
        return Format("archive", "gz", "it is packed with gzip")
    found = (
        _book(path, head, filename)
        or _markup(head)
        or _json(path, head, suffix)
        or _text(head, filename)
    )
    return _surprised(found, suffix)


def _surprised(found: Format, suffix: str) -> Format:
    families = {"csv": _TEXT_NAMES, "json": JSON_NAMES, "excel": _BOOK_NAMES}
    if found.kind in _MARKUP_NAMES and suffix not in _MARKUP_NAMES[found.kind]:
        said = f"The name ends in {suffix or 'nothing'}, but it is {_MARKUP[found.kind]}; it was read as that."
        return Format(found.name, found.kind, found.evidence, said)
    promised = next((name for name, known in families.items() if suffix in known), found.name)
    if promised == found.name:
        return found
    said = f"The name ends in {suffix}, but the content is {found.kind}; it was read as that."
    return Format(found.name, found.kind, found.evidence, said)


# ------------------------------------------------------------------ workbooks


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


# ------------------------------------------------------------------ JSON


def _json(path: Path, head: bytes, suffix: str) -> Format | None:
    text = _characters(head)
    start = text.lstrip("\ufeff \t\r\n")
    named = suffix in JSON_NAMES
    if start.startswith("{\\rtf"):
        return None
    if start[:1] in ("{", "["):
        if named or _looks_json(start) or _parses(path, head):
            return Format("json", "json", f"its first character is {start[0]}")
        return None
    if named and (_parses(path, head) or not _looks_tabular(start)):
        # A single value is JSON; anything else under this name is JSON gone wrong, and the
        # parser will say where.
        if not _binary(head):
            return Format("json", "json", "it is named so, and is no table")
    return None


def _characters(head: bytes) -> str:
    for bom, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(bom):
            return head.decode(codec, "replace")
    if head[:1] in b"[{" and head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head[:1] == b"\0" and head[1:2] in (b"[", b"{"):
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _looks_json(start: str) -> bool:
    """Begins as JSON does, even if it is broken further down."""
    return re.match(r'\{\s*"[^"\n]*"\s*:|\[\s*\{\s*"|\{\s*\}\s*$|\[\s*\{\s*\}', start) is not None


def _parses(path: Path, head: bytes) -> bool:
    if path.stat().st_size > len(head):
        return False
    try:
        orjson.loads(head.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    return True


def _looks_tabular(start: str) -> bool:
    """At least two lines with the same number of the same delimiter."""
    lines = [line for line in start.splitlines()[:50] if line.strip()][:20]
    if len(lines) < 2:
        return False
    for sign in ",;\t|":
        counts = [line.count(sign) for line in lines]
        if counts[0] and sum(count == counts[0] for count in counts) >= 0.7 * len(counts):
            return True
    return False


# ------------------------------------------------------------------ text


def _text(head: bytes, filename: str) -> Format:
    for magic, what in _MAGIC:
        if head.startswith(magic) and (magic not in _TEXTUAL_MAGIC or _binary(head)):
            raise UnknownFormat(f"{filename!r} looks like {what}", hint=_WAY_IN.get(magic))
    if head[8:12] == b"DUCK":
        raise UnknownFormat(f"{filename!r} looks like a DuckDB database", hint=_WAY_IN[b"DUCK"])
    if head[257:262] == b"ustar":
        raise UnknownFormat(f"{filename!r} looks like a tar archive")
    if head[4:8] == b"ftyp":
        raise UnknownFormat(f"{filename!r} looks like a film")
    if _binary(head):
        raise UnknownFormat(f"{filename!r} holds binary data, not text")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith(b"<?xml"):
        raise UnknownFormat(
            f"{filename!r} is XML, and no spreadsheet",
            hint="Open it and save it as CSV or .xlsx.",
        )
    return Format("csv", "csv", "it is text")


def _binary(head: bytes) -> bool:
    """Whether this is no text in any encoding: control characters, or zero bytes all over."""
    head = stripped(head)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    control = len(head) - len(head.translate(None, _CONTROL))
    # Text may hold a few; bytes that are no UTF-8 either are hardly text with any.
    if control > (max(20, len(head) * 0.3) if _is_utf8(head) else max(2, len(head) * 0.005)):
        return wide(head) is None
    zeros = head.count(0)
    return zeros > max(4, len(head) * 0.05) and wide(head) is None


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start > HEAD - 4  # cut in the middle of a character
    return True
