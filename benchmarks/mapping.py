"""How well the columns of lists of people go to their fields: half of the layouts tuned the words, half did not."""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import ROOT
from core.datasets.registry import Registry
from core.ingest.columns.mapping import guess

FOLDER = ROOT / "tests" / "ingest" / "layouts"
HALVES = ("tuning", "held_out")
KEY = "name"


@dataclass(frozen=True)
class Miss:
    """A column that went elsewhere than it belongs."""

    layout: str
    column: str
    wanted: str
    got: str
    reason: str

    @property
    def wrong(self) -> bool:
        """Whether it went to a field where it does not belong; else it was only left to the user."""
        return bool(self.got)

    @property
    def key(self) -> bool:
        """Whether something else became the name."""
        return self.got.partition(":")[0] == KEY


@dataclass(frozen=True)
class Score:
    """Of one half: layouts, columns, columns that belong to a field, and what went wrong."""

    layouts: int
    columns: int
    belong: int
    misses: tuple[Miss, ...]
    slowest: float

    @property
    def right(self) -> float:
        """Share of the columns that belong to a field and went there."""
        return 1 - sum(1 for m in self.misses if m.wanted) / self.belong

    @property
    def wrong(self) -> int:
        """Columns that went to a field where they do not belong."""
        return sum(m.wrong for m in self.misses)

    @property
    def key_wrong(self) -> int:
        """Columns that became the name and are none."""
        return sum(m.key for m in self.misses)


def score(half: str, folder: Path = FOLDER) -> Score:
    """Map every layout of a half."""
    dataset = Registry(Path("nowhere")).get("celebrities")
    layouts = tomllib.loads((folder / f"{half}.toml").read_text("utf-8"))["layout"]
    misses: list[Miss] = []
    columns = belong = 0
    slowest = 0.0
    for layout in layouts:
        pairs = [text.rpartition("|")[::2] for text in layout["columns"]]
        rows = [row.split("|") for row in layout["rows"]]
        begin = time.perf_counter()
        found = guess(dataset, [header for header, _ in pairs], rows)
        slowest = max(slowest, time.perf_counter() - begin)
        columns += len(pairs)
        belong += sum(bool(wanted) for _, wanted in pairs)
        for (header, wanted), mapped in zip(pairs, found):
            got = f"{mapped.field}:{mapped.part}" if mapped.part else mapped.field or ""
            if got != wanted:
                misses.append(Miss(layout["name"], header, wanted, got, mapped.reason))
    return Score(len(layouts), columns, belong, tuple(misses), slowest)


def lines(half: str, found: Score, *, each: bool) -> list[str]:
    """What to print of a half."""
    told = [
        f"{half}: {found.layouts} layouts, {found.columns} columns, {found.belong} belong to a field: "
        f"{found.right:.1%} right, {found.wrong} wrong, {found.key_wrong} wrong for the key field, "
        f"{found.slowest * 1000:.0f} ms at most"
    ]
    if each:
        told += [
            f"  {m.layout}: {m.column!r} wanted {m.wanted or 'none'}, got {m.got or 'none'} ({m.reason})"
            for m in found.misses
        ]
    return told
