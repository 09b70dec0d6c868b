"""Questions to the records, in the open database: pages of 50, one record, an edit, the export."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

from benchmarks.cases.case import DATASET, Case, Work, timed
from benchmarks.clock import Clock
from core.records.lines import csv_records
from core.records.query import encode_cursor
from core.workbench import Workbench

PAGE = 50
# Words of the generator's vocabularies, asked for in turn so that no call repeats the one before.
COUNTRIES = ("France", "China", "Egypt", "Germany", "Brazil", "United States")
JOBS = ("writer", "singer", "athlete", "painter", "actor")
SORTS = ("-birth_date", "name", "nationality", "-name_en")
SEARCHES = ("olivia kaya", "yara silva", "wanda rossi", "hugo weiß")


def pages(work: Work) -> dict[str, Any]:
    """Every kind of question many times, each time another one."""
    with Workbench.open(settings=work.settings) as wb:
        total = wb.count(DATASET)
        ids = some_ids(wb, total)
        one, places = cycle(ids), cycle(range(total // 2, total - PAGE, max(total // 97, 1)))
        country, job, sort, words = cycle(COUNTRIES), cycle(JOBS), cycle(SORTS), cycle(SEARCHES)
        number = cycle(range(total // 3, total, max(total // 41, 1)))
        calls: dict[str, Callable[[], Any]] = {
            "page, first": lambda: page(wb),
            "page, deep": lambda: page(wb, after=encode_cursor([next(one)])),
            "page, numbered": lambda: page(wb, offset=next(places)),
            "page, filtered": lambda: page(
                wb, where=[("nationality", "eq", next(country)), ("occupations", "has", next(job))]
            ),
            "page, containing": lambda: page(
                wb, where=[("description", "contains", f"No. {next(number)}")], few=True
            ),
            "page, searched": lambda: page(wb, search=next(words)),
            "page, sorted": lambda: page(wb, order_by=next(sort)),
            "count, filtered": lambda: wb.count(DATASET, where={"nationality": next(country)}),
            "one record": lambda: wb.record(DATASET, next(one)),
            "its history": lambda: wb.history(DATASET, next(one)),
        }
        page(wb)  # what is loaded once in a process's life
        return {"rows": total, "calls": {name: timed(call) for name, call in calls.items()}}


def some_ids(wb: Workbench, total: int) -> list[str]:
    """Ids from everywhere in the dataset but its last page, in no order."""
    # Of a bound on n DuckDB (1.5) makes an aggregate that refuses more than a million rows.
    found = wb.sql(
        f"SELECT record_id::VARCHAR, n FROM (SELECT record_id, row_number() OVER (ORDER BY record_id)"
        f" AS n FROM {DATASET}) WHERE n % {max(total // 200, 1)} = 0 ORDER BY hash(n)"
    )
    return [str(one) for one, n in found.fetchall() if n < total - PAGE]


def page(wb: Workbench, *, few: bool = False, **question: Any) -> list[dict[str, Any]]:
    """One page. Raises RuntimeError when nothing is on it, which would measure nothing."""
    found = list(wb.records(DATASET, limit=PAGE, **question).rows())
    if not found and not few:
        raise RuntimeError(f"the page is empty: {question}")
    return found


def edit(work: Work) -> dict[str, Any]:
    """A record is changed and fetched again: in the history and on disk before the next one."""
    with Workbench.open(settings=work.settings) as wb:
        ids = cycle(some_ids(wb, wb.count(DATASET)))
        number = iter(range(10_000))

        def once() -> None:
            one, text = next(ids), f"edited {next(number)}"
            version = wb.record(DATASET, one)["_version"]
            wb.edit(DATASET, one, {"description": text}, version=version)
            if wb.record(DATASET, one)["description"] != text:
                raise RuntimeError("the edit is not there")

        return {"calls": {"edit": timed(once, least=10, most=20)}}


def export(work: Work) -> dict[str, Any]:
    """All records as a CSV file in which no cell can act as a formula."""
    clock = Clock()
    with Workbench.open(settings=work.settings) as wb:
        names = wb.dataset(DATASET).field_names
        found = wb.records(DATASET, fields=names)
        path, rows = work.folder / "export.csv", 0
        with path.open("wb") as file:
            for part in csv_records(found, names):
                file.write(part)
        rows = wb.count(DATASET)
    answer = {**clock.read(), "rows": rows, "bytes": path.stat().st_size}
    path.unlink()
    return answer


CASES = (
    Case("pages", "Pages of 50 records and single ones", pages, floor=None),
    Case("edit", "One record is edited and fetched", edit, floor=None),
    Case("export", "Export of all records as CSV", export),
)
# What the calls of `pages` and `edit` are.
CALLS = {
    "page, first": "Page of 50 records: first",
    "page, deep": "Page of 50 records: deep, by cursor",
    "page, numbered": "Page of 50 records: deep, by its number",
    "page, filtered": "Page of 50 records: filtered by two fields",
    "page, containing": "Page of 50 records: a text in the description",
    "page, searched": "Page of 50 records: searched for two words",
    "page, sorted": "Page of 50 records: sorted by a field",
    "count, filtered": "Count of a filter",
    "one record": "One record by its id",
    "its history": "One record's history",
    "edit": "One record edited and fetched again",
}
