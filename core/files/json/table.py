"""JSON to a Table: the decisions, and the choice between the fast and the careful way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from core.files.cache import cache_key, derive
from core.files.json import (
    encoding as json_encoding,
    fast as json_fast,
    shape as json_shape,
    write as json_write,
)
from core.files.json.lists import choices, choose, regions
from core.files.json.shape import Shape
from core.files.json.write import JsonParsing
from core.files.parquet import load_summary, select_parts
from core.files.safe import sandbox
from core.files.source import Source
from core.files.table import Decision, RawLine, Table, unique_names

DOUBTFUL = 1 << 20  # bytes; a larger file is parsed in a child process


def read_json(source: Source) -> Table:
    """Read the whole file. Raises BrokenFile with line and column, EmptyFile, and limits."""
    first = json_encoding.decide(source.path, source.overrides.encoding)
    try:
        return json_fast.attempt(source, first, lambda why: careful(source, first, why))
    except json_fast.Irregular as why:
        return careful(source, first, str(why))


def careful(source: Source, first: tuple[Decision, ...], why: str) -> Table:
    """The table with every item parsed in Python, in a child process when the file is large."""
    summary, folder = _parsed(source, first[0], source.overrides.list_key, None)
    shape = Shape(**summary["shape"])
    found = choices(summary, shape, unique_names(summary["columns"])[0])
    asked, decision = choose(found, source.overrides.table, source.filename)
    if asked is not found[0]:
        summary, folder = _parsed(source, first[0], asked.list_key, asked.path)
    taken = () if decision is None else (decision,)
    table = _table(
        summary, folder, (*first, *json_shape.decisions(Shape(**summary["shape"])), *taken)
    )
    way = Decision("parser", "careful", why)
    return replace(table, decisions=(*table.decisions, way), tables=regions(found, asked))


def _parsed(
    source: Source, coded: Decision, list_key: str | None, path: str | None
) -> tuple[dict[str, Any], Path]:
    """(summary, folder of parts) of one list; `path` is a list of objects in its items."""
    limits = source.settings
    parsing = JsonParsing(
        str(source.path.resolve()),
        source.filename,
        json_encoding.codec_of(coded),
        limits.max_rows,
        limits.max_columns,
        limits.max_cell_chars,
        list_key,
        path,
        source.overrides.shape,
    )
    name = cache_key(source.path, "json", *parsing.as_dict().values())
    folder = derive(source.cache_dir / f"{name}.cells", lambda made: _write(made, parsing, source))
    return cast(dict[str, Any], load_summary(folder)), folder


def _write(folder: Path, parsing: JsonParsing, source: Source) -> None:
    size = source.path.stat().st_size
    if size <= DOUBTFUL:
        json_write.write(parsing, folder)
        return
    sandbox.run("json", parsing.as_dict(), folder, sandbox.roomy(source.settings, size))


def _table(summary: dict[str, Any], folder: Path, decisions: tuple[Decision, ...]) -> Table:
    columns, notes = unique_names(summary["columns"])
    return Table(
        format="json",
        columns=columns,
        decisions=decisions,
        sql=select_parts(folder, len(columns)),
        first_line=1,
        row_name="item",
        metadata=Shape(**summary["shape"]).metadata,
        notes=(*notes, *summary["notes"]),
        total=int(summary["rows"]),
        raw=tuple(RawLine(*line) for line in summary["raw"]),
    )
