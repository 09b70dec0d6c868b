"""The figures to reach, and whether they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MILLION, TEN_MILLION = 1_000_000, 10_000_000


@dataclass(frozen=True)
class Target:
    """A figure of a benchmark's case: at most `limit`, or at least where `least`."""

    benchmark: str
    case: str
    measure: str
    limit: float
    what: str
    least: bool = False
    rows: int | None = None  # of the run that it speaks of; None: of any

    def of(self, result: dict[str, Any]) -> float | None:
        """The figure, when the result has it and is as large as the target demands."""
        if result["benchmark"] != self.benchmark or self.rows not in (None, result["rows"]):
            return None
        case = next((c for c in result["cases"] if c["name"] == self.case), {})
        value = case.get(self.measure)
        return None if value is None else float(value)

    def met(self, value: float) -> bool:
        """Whether the figure keeps to it."""
        return value >= self.limit if self.least else value <= self.limit

    def show(self, value: float) -> str:
        """A figure of this kind with its unit."""
        return UNITS[self.measure].format(value)

    @property
    def reach(self) -> str:
        """The target as a text."""
        return f"{'≥' if self.least else '≤'} {self.show(self.limit)}"


UNITS = {
    "ratio": "{:.3g} x raw",
    "linear": "{:.3g} x the time of a tenth",
    "seconds": "{:.3g} s",
    "p95": "{:.3g} s",
    "peak_mb": "{:,.0f} MB",
    "history_share": "{:.0%} of the import",
    "records_written": "{:,.0f} records written",
    "faster": "{:.3g} x faster",
    "errors": "{:.0f} errors",
}


def _ingest(case: str, limit: float, what: str) -> Target:
    return Target("ingest", case, "ratio", limit, what, rows=MILLION)


def _large(case: str, measure: str, limit: float, what: str) -> Target:
    return Target("large", case, measure, limit, what, rows=TEN_MILLION)


def _peer(name: str, limit: float) -> Target:
    return Target("peers", name, "faster", limit, f"Against {name}", least=True, rows=MILLION)


def _load(measure: str, limit: float, what: str) -> Target:
    return Target("load", "rerun", measure, limit, what, rows=MILLION)


TARGETS = (
    _ingest("import", 2.0, "Whole import of CSV into an empty dataset"),
    _ingest("import lines", 2.0, "The same from JSON lines"),
    _ingest("again", 1.5, "The same file again, all unchanged"),
    Target("ingest", "again", "records_written", 0, "... nothing written to the records"),
    _ingest("changed", 2.0, "20 % changed"),
    _large("more", "seconds", 3.0, "10,000 rows into 10M records"),
    _ingest("rollback", 1.0, "Rollback of the import"),
    _large("import", "linear", 11.0, "10M rows imported, against 1M"),
    _large("import", "peak_mb", 1_500, "... peak memory of the whole process tree"),
    _peer("pandas + pydantic", 8),
    _peer("dlt", 30),
    _peer("Great Expectations", 15),
    Target(
        "ingest", "first screen", "seconds", 2.0, "First preview screen, once the file is there"
    ),
    Target("ingest", "first screen array", "seconds", 2.0, "... of a JSON array"),
    Target("ingest", "first screen sheet", "seconds", 2.0, "... of a workbook"),
    _large("first screen", "seconds", 2.0, "First preview screen at 10M, once the file is there"),
    _large("page, first", "p95", 0.1, "Page of Records at 10M, first, p95 in core"),
    _large("page, deep", "p95", 0.2, "Page of Records at 10M, deep, p95 in core"),
    _large(
        "page, filtered", "p95", 0.5, "Page of Records at 10M, filtered on unindexed fields, p95"
    ),
    _large("one record", "p95", 0.010, "One record by id at 10M, p95 in core"),
    _large("api, one record", "p95", 0.025, "One record by id at 10M, p95 through the API"),
    Target("ingest", "import", "history_share", 0.25, "History kept for it all", rows=MILLION),
    _load("p95", 1.0, "A page's rerun, 20 people at 1M records, p95"),
    _load("errors", 0, "... errors"),
)


def verdicts(results: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """(what, to reach, found, met or missed) of each target; `not measured` without a figure."""
    found = []
    for target in TARGETS:
        values = [v for v in map(target.of, results) if v is not None]
        if values:
            word = "met" if target.met(values[-1]) else "missed"
            found.append((target.what, target.reach, target.show(values[-1]), word))
        else:
            found.append((target.what, target.reach, "", "not measured"))
    return found
