"""Delimited text as a file format."""

from __future__ import annotations

from core.errors import UnknownFormat
from core.files.format import FileFormat, Format, Look, binary
from core.files.source import SHARED, Source
from core.files.table import Table
from core.files.text.beginning import cut

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


def detect(look: Look) -> Format:
    """What is no other format is text, or refused by its name. Raises UnknownFormat."""
    head, filename = look.head, look.filename
    for magic, what in _MAGIC:
        if head.startswith(magic) and (magic not in _TEXTUAL_MAGIC or binary(head)):
            raise UnknownFormat(f"{filename!r} looks like {what}", hint=_WAY_IN.get(magic))
    if head[8:12] == b"DUCK":
        raise UnknownFormat(f"{filename!r} looks like a DuckDB database", hint=_WAY_IN[b"DUCK"])
    if head[257:262] == b"ustar":
        raise UnknownFormat(f"{filename!r} looks like a tar archive")
    if head[4:8] == b"ftyp":
        raise UnknownFormat(f"{filename!r} looks like a film")
    if binary(head):
        raise UnknownFormat(f"{filename!r} holds binary data, not text")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith(b"<?xml"):
        raise UnknownFormat(
            f"{filename!r} is XML, and no spreadsheet",
            hint="Open it and save it as CSV or .xlsx.",
        )
    return Format("csv", "csv", "it is text")


def _read(source: Source, kind: str) -> Table:
    from core.files.text.delimited import (  # the children of the sandbox need none of it
        read_delimited,
    )

    return read_delimited(source)


FORMAT = FileFormat(
    name="csv",
    suffixes=(".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat"),
    detect=detect,
    read=_read,
    decisions=(*SHARED, "encoding", "delimiter", "quote", "escape", "line_end", "mend", "repair"),
    shown=(
        ("table", "encoding", "delimiter", "header", "skip", "repair"),
        ("quote", "escape", "header_rows", "footer", "columns", "line_end", "mend", "format"),
    ),
    beginning=cut,
    kinds={"csv": "text with delimiters"},
    aliases=("tsv",),
    evident=True,
)
