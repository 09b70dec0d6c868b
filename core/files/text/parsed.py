"""What the careful parser is asked for, and what it gives: all records of a delimited text."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from core.files.cache import cache_key, derive
from core.files.parquet import load_summary, save_summary, select_parts, select_regular
from core.files.safe import sandbox
from core.files.source import Source
from core.files.text.blocks import Block
from core.files.text.mend import Profile
from core.files.text.records import Oddities
from core.files.text.splitter import Dialect

SMALL = 1_000_000  # bytes; a smaller file is parsed here, since a child takes a while to start
DOUBTFUL = 100_000  # and of a file whose first lines hold many quotes that never close


@dataclass(frozen=True)
class TextParsing:
    """How to parse: everything that decides what the cells are."""

    path: str
    dialect: Dialect
    line_end: str
    start: int  # the first line that is parsed, from 1
    width: int
    profile: Profile | None  # None: rows of the wrong length are left as they are
    doubtful: bool = False  # whether its first lines already hold many stray quotes


@dataclass(frozen=True)
class Part:
    """Rows that stand one after the other: a folder of parts, or a file whose first line is known."""

    name: str
    width: int
    first: int | None = None

    def sql(self, folder: Path, width: int) -> str:
        """The SELECT over it, `width` columns wide."""
        path = folder / self.name
        if self.first is not None:
            return select_regular(path, self.first, self.width, width)
        more = "".join(f", '' AS c{i}" for i in range(self.width, width))
        return f"SELECT *{more} FROM ({select_parts(path, self.width)})"


@dataclass(frozen=True)
class Parsed:
    """All records of a file in a folder of Parquet parts, their outline, and what was odd."""

    folder: Path
    width: int
    blocks: tuple[Block, ...]
    oddities: Oddities
    parts: tuple[Part, ...]

    def sql(self) -> str:
        """The SELECT over all parts, in the order of the file: `_line`, c0, ... c<width-1>."""
        return " UNION ALL ".join(f"({part.sql(self.folder, self.width)})" for part in self.parts)


def parse(parsing: TextParsing, source: Source) -> Parsed:
    """Parse the file, or take what was parsed before. Raises FileError for limits."""
    limits = source.settings.max_cell_chars, source.settings.max_columns, source.settings.max_rows
    key = cache_key(Path(parsing.path), "careful", parsing, limits)
    folder = derive(source.cache_dir / f"{key}.cells", lambda path: _make(parsing, source, path))
    summary = cast(dict[str, Any], load_summary(folder))
    return Parsed(
        folder=folder,
        width=int(summary["width"]),
        blocks=tuple(_block(each) for each in summary["blocks"]),
        oddities=Oddities(**summary["oddities"]),
        parts=tuple(Part(**part) for part in summary["parts"]),
    )


def _make(parsing: TextParsing, source: Source, folder: Path) -> None:
    request, settings = {"parsing": asdict(parsing)}, source.settings
    size = Path(parsing.path).stat().st_size
    if size > (DOUBTFUL if parsing.doubtful else SMALL):
        sandbox.run("careful", request, folder, sandbox.roomy(settings, size))
        return
    limits = {
        "max_rows": settings.max_rows,
        "max_columns": settings.max_columns,
        "max_cell_chars": settings.max_cell_chars,
    }
    from core.files.text import careful  # which gives what is defined here

    careful.convert({**request, **limits}, folder)


def keep(
    folder: Path, width: int, blocks: list[Block], oddities: Oddities, parts: list[Part]
) -> None:
    """Put down beside the parts what `parse` gives."""
    save_summary(
        folder,
        {
            "width": width,
            "blocks": [{**vars(block), "tail": list(block.tail)} for block in blocks],
            "oddities": {"counts": oddities.counts, "first": oddities.first},
            "parts": [vars(part) for part in parts],
        },
    )


def parsing_of(kept: dict[str, Any]) -> TextParsing:
    """The parsing of a request."""
    profile = Profile(**kept["profile"]) if kept["profile"] else None
    return TextParsing(**{**kept, "dialect": Dialect(**kept["dialect"]), "profile": profile})


def _block(kept: dict[str, Any]) -> Block:
    return Block(
        first=kept["first"],
        gap=kept["gap"],
        last=kept["last"],
        rows=kept["rows"],
        widths=Counter({int(k): v for k, v in kept["widths"].items()}),
        starts={int(k): v for k, v in kept["starts"].items()},
        fills=Counter({int(k): v for k, v in kept["fills"].items()}),
        head=[(line, cells) for line, cells in kept["head"]],
        tail=deque((line, cells) for line, cells in kept["tail"]),
    )
