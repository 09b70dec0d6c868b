"""Delimited text through the careful parser: every record of the file to Parquet, nothing dropped.

The whole file is parsed once, what stands above and below the table included; where the table is
gets decided afterwards, from the outline, so that another decision needs no other pass. Runs in the
sandbox when the file is large.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, cast

from core.errors import TooManyColumns, TooManyRows
from core.files import sandbox
from core.files.blocks import Block, Blocks
from core.files.cache import cache_key, derive
from core.files.header import valueless
from core.files.line_ends import NEWLINE
from core.files.mend import Mender, Profile
from core.files.parquet import BATCH, BATCH_CHARS, PartWriter, load_summary, save_summary
from core.files.records import Dialect, Oddities, Records
from core.files.source import Source

SMALL = 1_000_000  # bytes; a smaller file is parsed here, since a child takes a while to start
NAMES = 60  # records in which column names are looked for


@dataclass(frozen=True)
class Job:
    """How to parse: everything that decides what the cells are."""

    path: str
    dialect: Dialect
    line_end: str
    start: int  # the first line that is parsed, from 1
    width: int
    profile: Profile | None  # None: rows of the wrong length are left as they are


@dataclass(frozen=True)
class Parsed:
    """All records of a file in a folder of Parquet parts, their outline, and what was odd."""

    folder: Path
    width: int
    blocks: tuple[Block, ...]
    oddities: Oddities


def parse(job: Job, source: Source) -> Parsed:
    """Parse the file, or take what was parsed before. Raises FileError for limits."""
    limits = source.settings.max_cell_chars, source.settings.max_columns, source.settings.max_rows
    key = cache_key(Path(job.path), "careful", job, limits)
    folder = derive(source.cache_dir / f"{key}.cells", lambda path: _make(job, source, path))
    summary = cast(dict[str, Any], load_summary(folder))
    return Parsed(
        folder=folder,
        width=int(summary["width"]),
        blocks=tuple(_block(each) for each in summary["blocks"]),
        oddities=Oddities(**summary["oddities"]),
    )


def _make(job: Job, source: Source, folder: Path) -> None:
    request = {"job": asdict(job)}
    if Path(job.path).stat().st_size > SMALL:
        sandbox.run("careful", request, folder, source.settings)
        return
    settings = source.settings
    limits = {
        "max_rows": settings.max_rows,
        "max_columns": settings.max_columns,
        "max_cell_chars": settings.max_cell_chars,
    }
    convert({**request, **limits}, folder)


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


def _kept(block: Block) -> dict[str, Any]:
    return {**vars(block), "tail": list(block.tail)}


# ------------------------------------------------------------------ the pass


def convert(request: dict[str, Any], folder: Path) -> None:
    """Parse every record into `folder`, with a summary. The task "careful" of the sandbox."""
    kept = request["job"]
    profile = Profile(**kept["profile"]) if kept["profile"] else None
    job = Job(**{**kept, "dialect": Dialect(**kept["dialect"]), "profile": profile})
    newline = NEWLINE.get(job.line_end, "")
    with (
        Path(job.path).open(encoding="utf-8-sig", newline=newline) as lines,
        PartWriter(folder) as writer,
    ):
        records = Records(
            islice(lines, job.start - 1, None),
            job.dialect,
            width=job.width,
            max_cell=request["max_cell_chars"],
            start=job.start,
        )
        blocks, batches = Blocks(), _Batches(writer, job.width, request)
        for line, cells in mended(records, job):
            if not any(cells):
                blocks.blank()
                records.oddities.add("empty", line)
                continue
            if records.gap:
                blocks.blank()
            if len(cells) > job.width:
                cells = _trimmed(cells, job.width)
            blocks.add(line, cells)
            batches.add(line, cells, records.chars)
        batches.flush()
    oddities = {"counts": records.oddities.counts, "first": records.oddities.first}
    outline = [_kept(block) for block in blocks.close()]
    save_summary(folder, {"width": batches.width, "blocks": outline, "oddities": oddities})


def mended(records: Records, job: Job) -> Iterator[tuple[int, list[str]]]:
    """The records, those of the wrong length evened out where a slip explains them."""
    if job.profile is None:
        yield from records
        return
    width, seen = job.width, 0
    mender = Mender(width, job.dialect.delimiter, job.dialect.quote, job.profile)
    for line, cells in records:
        seen += 1
        if any(cells) and (len(cells) != width or mender.suspects(records.text)):
            made = None
            if seen <= NAMES and len(cells) != width and valueless(cells):
                made = mender.names(records.text, cells, records.split)
            made = made or mender.row(records.text, cells, records.split, records.split_by)
            if made is not None:
                records.oddities.add("mended", line)
                cells = made
        yield line, cells


def _trimmed(cells: list[str], width: int) -> list[str]:
    """Without the empty cells behind the last column, which are nothing."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


class _Batches:
    """Rows of any length, evened out and handed to the writer in batches."""

    def __init__(self, writer: PartWriter, width: int, limits: dict[str, Any]) -> None:
        self.width = width
        self._writer, self._limits = writer, limits
        self._lines: list[int] = []
        self._rows: list[list[str]] = []
        self._since = 0

    def add(self, line: int, cells: list[str], chars: int) -> None:
        if len(cells) > self.width:
            self.width = len(cells)
            self._check(line)
        self._lines.append(line)
        self._rows.append(cells)
        if len(self._rows) >= BATCH or chars - self._since > BATCH_CHARS:
            self.flush()
            self._since = chars

    def _check(self, line: int) -> None:
        limit = self._limits["max_columns"]
        if self.width > limit:
            raise TooManyColumns(
                f"line {line:,} has {self.width:,} cells (limit {limit:,})", line=line
            )

    def flush(self) -> None:
        if not self._rows:
            return
        if self._writer.rows + len(self._rows) > self._limits["max_rows"]:
            limit = self._limits["max_rows"]
            raise TooManyRows(f"more than {limit:,} rows", limit=limit)
        first = self._rows[0]
        self._rows[0] = first + [""] * (self.width - len(first))
        self._writer.write(self._lines, list(zip_longest(*self._rows, fillvalue="")))
        self._lines, self._rows = [], []
