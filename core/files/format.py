"""What a file format is to everything else: how it looks, how it is read, what may be decided about it.

A format registers itself by one such object in a module of its own; `core/files/registry.py` lists the modules.
Detection, reading, the page, the API and the command line learn of it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.files.encodings.dos_end import stripped
from core.files.encodings.wide import wide
from core.files.source import Source
from core.files.table import Table

HEAD = 64 << 10  # bytes of a file that are looked at
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\0\x0b\x0c"
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r\x0c\x1a\x1b\x1f\x1e\x01\x00")


@dataclass(frozen=True)
class Format:
    """What a file is: `name` is that of a FileFormat, or archive; `kind` says more (xlsx, xls, ods ...), `evidence` why."""

    name: str
    kind: str
    evidence: str
    surprise: str = ""  # said when the file name promises something else


@dataclass(frozen=True)
class Look:
    """The beginning of a file that is to be detected."""

    path: Path
    filename: str
    head: bytes

    @property
    def suffix(self) -> str:
        """The end of its name, in small letters."""
        return Path(self.filename).suffix.lower()


@dataclass(frozen=True)
class FileFormat:
    """A format of files.

    `detect` gives None for what is another format, and raises FileError for what is none of ours. `decisions` are
    the names of `Overrides` that there are in such a file; `shown` those that the page offers, at once and behind
    "More". `beginning` cuts the first bytes of a large file to something that can be read like a whole one; None
    where the reader takes a first look itself. `kinds` names what `Format.kind` says, for people. `aliases` are other
    names under which a person may choose it; `title` is what such a file is called in an error.
    """

    name: str
    suffixes: tuple[str, ...]
    detect: Callable[[Look], Format | None]
    read: Callable[[Source, str], Table]
    decisions: tuple[str, ...]
    shown: tuple[tuple[str, ...], tuple[str, ...]]
    beginning: Callable[[bytes], bytes | None] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    place: str = "line"  # what a row of the file is called
    by_name: bool = False  # a blank file of such a name is read as this
    aliases: tuple[str, ...] = ()
    title: str = ""
    looked_at: bool = (
        False  # the content says its kind (xlsx, xls ...), also when a person chose the format
    )
    spreadsheet: bool = True  # people open and fill in such files with a spreadsheet program
    other_tables: bool = (
        False  # `Table.tables` can be read instead of the rows: one alone is a choice, too
    )
    evident: bool = False  # the other decisions make plain what the file is

    @property
    def header_row(self) -> bool:
        """Whether the column names stand in a row of their own."""
        return "header" in self.decisions


def blank(path: Path) -> bool:
    """Whether the file holds nothing but blanks."""
    with path.open("rb") as file:
        return path.stat().st_size <= HEAD and blank_head(file.read())


def blank_head(head: bytes) -> bool:
    """Whether these bytes are nothing but blanks, marks and zeros."""
    return not head.strip(_BLANK)


def packed(path: Path) -> bool:
    """Whether the file may be an archive, or a workbook that is one."""
    with path.open("rb") as file:
        return file.read(4).startswith((b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"))


def binary(head: bytes) -> bool:
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
