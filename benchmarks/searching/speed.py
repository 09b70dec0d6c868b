"""How fast an index of many people is built and answers, and bare tantivy with the same people in the same run."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from benchmarks.searching.labels import Label
from core import Workbench

CHANGED = 1_000  # records of the last measurement
# What is to be reached at a million people, on two cores.
TARGETS = {
    **{"type-ahead p95 ms": 5.0, "fuzzy p95 ms": 25.0, "facets p95 ms": 200.0},
    **{"build s": 90.0, "size MB": 400.0, "1,000 changed s": 1.0},
}


@dataclass(frozen=True)
class Figure:
    """One figure: the median where there is one, and what is held against the target."""

    name: str
    value: float
    median: float | None = None


def measured(wb: Workbench, labels: Sequence[Label], folder: Path) -> Iterator[Figure]:
    """The figures of the search, one after another."""
    began = time.perf_counter()
    status = wb.search.rebuild()
    yield Figure("build s", time.perf_counter() - began)
    yield Figure("size MB", status.size / 1e6)
    for kind in ("misspelled", "ru", "zh"):  # dictionaries and words are loaded once
        wb.search(next(label.asked for label in labels if label.kind == kind))
    typed = list(beginnings(labels))
    yield _times("type-ahead", typed, lambda text: wb.search.suggest(text))
    wrong = [label.asked for label in labels if label.kind == "misspelled"][:400]
    yield _times("fuzzy", wrong, lambda text: wb.search(text))
    foreign = [label.asked for label in labels if len(label.kind) == 2][:300]
    yield _times("other script", foreign, lambda text: wb.search(text))
    broad = [
        "",
        "singer",
        "ma",
        "mbti:intj",
        "born:1950..1980",
        "actor france",
        "john",
        "born:>1990",
    ]
    yield _times("facets", broad * 4, lambda text: wb.search(text, facets=True))
    yield Figure("1,000 changed s", _followed(wb, folder))


def bare(people: Path, labels: Sequence[Label], folder: Path) -> Iterator[Figure]:
    """What tantivy does with the names alone, asked by its own fuzzy and prefix queries."""
    schema = tantivy.SchemaBuilder().add_text_field("name", stored=True)
    schema.add_text_field("description")
    built = schema.build()
    folder.mkdir()
    index = tantivy.Index(built, path=str(folder))
    began = time.perf_counter()
    writer = index.writer(120_000_000, 1)
    with people.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            writer.add_document(tantivy.Document(name=row["name"], description=row["description"]))
    writer.commit()
    writer.wait_merging_threads()
    yield Figure("build s", time.perf_counter() - began)
    yield Figure("size MB", sum(p.stat().st_size for p in folder.iterdir()) / 1e6)
    index.reload()
    searcher = index.searcher()

    def ask(text: str, distance: int) -> list[object]:
        words = text.lower().replace("-", " ").replace(".", " ").split()
        last = len(words) - 1
        must = [
            (
                tantivy.Occur.Must,
                tantivy.Query.fuzzy_term_query(built, "name", word, distance, True, i == last),
            )
            for i, word in enumerate(words)
        ]
        hits = searcher.search(tantivy.Query.boolean_query(must), 10).hits
        return [searcher.doc(address)["name"] for _, address in hits]

    yield _times("type-ahead", list(beginnings(labels)), lambda text: ask(text, 0))
    wrong = [label.asked for label in labels if label.kind == "misspelled"][:400]
    yield _times("fuzzy", wrong, lambda text: ask(text, 2))


def beginnings(labels: Sequence[Label]) -> Iterator[str]:
    """What is in the box while names are typed."""
    names = list(dict.fromkeys(label.name for label in labels if label.name.isascii()))[:80]
    for name in names:
        for length in (1, 2, 3, 5, 8, len(name)):
            yield name[:length].lower()


def _times(name: str, texts: Sequence[str], ask: Callable[[str], object]) -> Figure:
    found = []
    for text in texts:
        began = time.perf_counter()
        ask(text)
        found.append((time.perf_counter() - began) * 1_000)
    found.sort()
    return Figure(f"{name} p95 ms", found[int(len(found) * 0.95)], found[len(found) // 2])


def _followed(wb: Workbench, folder: Path) -> float:
    """Seconds from the end of an import that changed 1,000 records until the last of them is found."""
    rows = wb.records(limit=CHANGED * 2, order_by="record_id").rows()
    records = random.Random(1).sample(list(rows), CHANGED)
    path = folder / "changed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("name", "birth_date", "description"))
        out.writerows((r["name"], r["birth_date"], "zyxwvut anew") for r in records)
    wb.start()
    wb.import_file(path)
    began = time.perf_counter()
    while wb.search("zyxwvut").total < CHANGED and time.perf_counter() - began < 60:
        time.sleep(0.02)
    return time.perf_counter() - began


def show(ours: Sequence[Figure], theirs: Sequence[Figure], say: Callable[[str], None]) -> None:
    """Print both beside one another."""
    beside = {figure.name: figure for figure in theirs}
    say(f"{'figure':<20} {'Marquee':>9} {'median':>8} {'bare tantivy':>13} {'target':>8}")
    for each in ours:
        other = beside.get(each.name)
        median = f"{each.median:.1f}" if each.median is not None else ""
        bare_ = f"{other.value:.1f}" if other else ""
        say(
            f"{each.name:<20} {each.value:>9.1f} {median:>8} {bare_:>13} {TARGETS.get(each.name, ''):>8}"
        )
