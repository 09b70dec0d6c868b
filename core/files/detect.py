"""Which kind of file it is, by its content. The name is a hint at most."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.errors import UnknownFormat
from core.files.format import HEAD, Format, Look, blank_head
from core.files.registry import FORMATS
from core.files.sheets.format import surprise


def detect(path: Path, filename: str) -> Format:
    """Look at the content. Raises UnknownFormat, and BrokenFile for a damaged zip."""
    with path.open("rb") as file:
        look = Look(path, filename, file.read(HEAD))
    if blank_head(look.head):
        raise UnknownFormat(f"{filename!r} begins with nothing but blanks or zero bytes")
    if look.head.startswith(b"\x1f\x8b"):
        return Format("archive", "gz", "it is packed with gzip")
    for each in FORMATS.values():
        if (found := each.detect(look)) is not None:
            return replace(found, surprise=_surprise(found, look.suffix))
    raise UnknownFormat(f"{filename!r} is of no known kind")


def _surprise(found: Format, suffix: str) -> str:
    if said := surprise(found, suffix):
        return said
    promised = next((f.name for f in FORMATS.values() if suffix in f.suffixes), found.name)
    if promised == found.name:
        return ""
    return f"The name ends in {suffix}, but the content is {found.kind}; it was read as that."
