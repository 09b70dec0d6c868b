"""The one way from a file to a Table: preview, import and notebooks all come through here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Unpack

import duckdb

from core.errors import (
    BadOverride,
    FileTooLarge,
    MarqueeError,
    UnknownFormat,
    UnsafePath,
    of_system,
)
from core.files import beginning
from core.files.cache import default_dir
from core.files.detect import detect
from core.files.format import Format, blank, packed
from core.files.registry import FALLBACK, FORMATS, check_fitting, named
from core.files.safe.archive import Unpacked, unpack
from core.files.source import Reading, Source, parse_overrides
from core.files.table import Decision, Table
from core.settings import Settings


def read(
    path: Path | str,
    *,
    filename: str | None = None,
    cache_dir: Path | None = None,
    settings: Settings | None = None,
    first: bool = False,
    **overrides: Unpack[Reading],
) -> Table:
    """Read a file as text cells, with every decision and its evidence.

    `filename` is the name its owner gave it (default: the path's). `cache_dir` takes derived files
    (default: a folder removed at exit). `overrides` are those of `core.files.source.Overrides`.
    With `first`, a look at the beginning of a large file is enough: see `Table.whole`.

    Raises FileError of many kinds for the file, BadOverride for an override that is unknown or
    does not fit, NoAccess or DiskFull when the system does not let the bytes be read, or what is
    derived from them be kept.
    """
    try:
        return _checked_and_read(Path(path), filename, cache_dir, settings, first, overrides)
    except OSError as error:
        if error.errno is None:  # a library's own, which is about the content
            raise
        raise of_system(error) from error


def _checked_and_read(
    path: Path,
    filename: str | None,
    cache_dir: Path | None,
    settings: Settings | None,
    first: bool,
    overrides: Reading,
) -> Table:
    if not path.is_file():
        raise UnsafePath(f"{path} is not a file")
    settings = settings or Settings()
    if path.stat().st_size > settings.max_file_mb * 1_000_000:
        size = path.stat().st_size
        raise FileTooLarge(f"{size:,} bytes (limit {settings.max_file_mb:,} MB)", size=size)
    name = filename or path.name
    given = parse_overrides(overrides)
    given = replace(given, format=named(given.format))
    # Absolute, since the child that parses runs in a folder of its own.
    cache = (cache_dir or default_dir()).absolute()
    return _read(Source(path.absolute(), name, cache, settings, given, first))


def _read(source: Source) -> Table:
    wanted = source.overrides.format
    if blank(source.path):  # reading says what is there: nothing; importing refuses it
        return FORMATS[wanted or _named(source)].read(source, "")
    found = detect(source.path, source.filename) if wanted is None else None
    if wanted is not None and not FORMATS[wanted].looked_at and packed(source.path):
        found = detect(source.path, source.filename)
    if found is not None and found.name == "archive":
        return _inside(source, found)
    chosen = _chosen(source, found if wanted is None else None)
    if found is not None and wanted is not None and found.name != chosen.name:
        raise BadOverride(f"{source.filename!r} is no {wanted}: {found.evidence}")
    check_fitting(source.overrides, chosen.name)
    table = (_beginning(source, chosen) if source.first else None) or _as(source, chosen)
    evidence = "chosen by the user" if wanted else chosen.evidence
    said = (chosen.surprise,) if chosen.surprise else ()
    return _introduced(table, Decision("format", chosen.kind, evidence, not said), said)


def _named(source: Source) -> str:
    """The format of a blank file, of which only the name tells anything."""
    suffix = Path(source.filename).suffix.lower()
    return next((f.name for f in FORMATS.values() if f.by_name and suffix in f.suffixes), FALLBACK)


def _as(source: Source, chosen: Format) -> Table:
    return FORMATS[chosen.name].read(source, chosen.kind)


def _beginning(source: Source, chosen: Format) -> Table | None:
    """The table of the beginning alone; None when the whole file must be read to say anything."""
    try:
        return beginning.table(source, FORMATS[chosen.name], lambda part: _as(part, chosen))
    except MarqueeError:  # cut where it cannot be cut, perhaps; the whole file will tell
        return None


def _inside(source: Source, found: Format) -> Table:
    """The table of the file in an archive."""
    unpacked = unpack(source, found.kind)
    try:
        table = _content(source, unpacked)
    except MarqueeError:
        if not unpacked.cut:
            raise
    else:
        if not (unpacked.cut and table.whole):
            evidence = f"{found.evidence}; {unpacked.decision.evidence}"
            return _introduced(table, replace(unpacked.decision, evidence=evidence), ())
    return _inside(replace(source, first=False), found)  # its beginning alone tells nothing


def _content(source: Source, unpacked: Unpacked) -> Table:
    chosen = replace(source.overrides, member=None)
    inner = replace(source, path=unpacked.path, filename=unpacked.filename, overrides=chosen)
    if not blank(inner.path) and detect(inner.path, inner.filename).name == "archive":
        raise UnknownFormat(
            f"{unpacked.filename!r} in the archive is an archive again",
            hint="Unpack it and bring the file inside.",
        )
    return _read(inner)


def _introduced(table: Table, decision: Decision, notes: tuple[str, ...]) -> Table:
    """The table with the decision on its format in front, also when it is read carefully later."""
    again = table._careful
    careful = None if again is None else lambda: _introduced(again(), decision, notes)
    return replace(
        table,
        decisions=(decision, *table.decisions),
        notes=(*notes, *table.notes),
        _careful=careful,
    )


def _chosen(source: Source, found: Format | None) -> Format:
    if found is not None:
        return found
    name = str(source.overrides.format)
    chosen = FORMATS[name]
    if not chosen.looked_at:
        return Format(name, name, "")
    seen = detect(source.path, source.filename)
    if seen.name != name:
        raise BadOverride(f"{source.filename!r} is no {chosen.title or name}: {seen.evidence}")
    return seen


def is_refusal(error: duckdb.Error) -> bool:
    """Whether DuckDB refused a line of the file: then take `table.careful()` and go on."""
    text = str(error)
    return isinstance(error, (duckdb.InvalidInputException, duckdb.ConversionException)) and (
        "CSV Error" in text
        or "read_csv" in text
        or "Maximum line size" in text
        or ("JSON" in text and "in file" in text)
    )
