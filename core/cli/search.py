"""Commands about searching: search, and its index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Unpack

import typer

from core.cli import output
from core.cli.options import InDataset, Json, Place, with_place
from core.cli.running import run
from core.datasets.registry import DEFAULT
from core.errors import Conflict, Usage
from core.jobs.progress import Progress
from core.records.exporting import FORMATS
from core.search.results import Hit, SearchResult
from core.workbench import Workbench
from core.workbench.searches import Wanted

VERBS = ("rebuild", "status", "check")


@with_place
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="Or rebuild, status, check of the index.")
    ],
    place: Place,
    dataset: InDataset = DEFAULT,
    tree: Annotated[
        str | None,
        typer.Option("--filter", metavar="JSON", help="A tree of conditions: all, any, not."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help="All that is found, as .csv .xlsx .jsonl .parquet."
        ),
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="FIELD", help="A minus: downwards.")
    ] = None,
    facets: Annotated[
        str | None, typer.Option("--facets", metavar="A,B", help="Count the hits by these fields.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the parts of each score.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, max=1_000)] = 10,
    as_json: Json = False,
) -> int | None:
    """Find records, however they are spelled; or rebuild, status and check of the index."""
    with place.open() as wb:
        if len(words) == 1 and words[0] in VERBS:
            return _index(wb, words[0], dataset, as_json)
        if to is not None:
            _export(wb, " ".join(words), dataset, tree, sort, to)
            return None
        found = wb.search(
            " ".join(words),
            dataset,
            limit=limit,
            filters=tree,
            sort=sort,
            facets=[f.strip() for f in facets.split(",")] if facets else (),
            explain=explain,
        )
        title = wb.datasets.get(dataset).title_field
    output.emit(found) if as_json else _show(found, title, explain)
    return None


def _export(
    wb: Workbench, text: str, dataset: str, tree: str | None, sort: str | None, to: Path
) -> None:
    kinds = {kind.ending: name for name, kind in FORMATS.items()}
    format = kinds.get(to.suffix.lstrip(".").lower())
    if format is None:
        raise Usage(f"{to.name} ends with none of {', '.join(f'.{k}' for k in kinds)}")
    if to.exists():
        raise Conflict(f"there is a file {to} already", hint="Name another one.")
    run(lambda p: _write(wb, text, dataset, to, p, filters=tree, sort=sort, format=format), to.name)


def _write(
    wb: Workbench, text: str, dataset: str, to: Path, progress: Progress, **wanted: Unpack[Wanted]
) -> None:
    """Write the file; nothing is left of it when that is stopped."""
    wanted["told"] = lambda _: progress.check()
    pieces = wb.search.export(text, dataset, **wanted)
    try:
        with to.open("xb") as out:
            for piece in pieces:
                out.write(piece)
    except BaseException:
        to.unlink(missing_ok=True)
        raise


def _index(wb: Workbench, verb: str, dataset: str, as_json: bool) -> int:
    if verb == "rebuild":
        run(lambda p: wb.search.rebuild(dataset, lambda *_: p.check()), "building the index")
    said = wb.search.check(dataset) if verb == "check" else wb.search.status(dataset)
    if as_json:
        output.emit(said)
    else:
        output.pairs({name: value for name, value in vars(said).items() if value not in ("", ())})
    wrong = verb == "check" and not wb.search.check(dataset).ok
    return Usage.exit_code + 3 if wrong else 0


def _show(found: SearchResult, title: str, explain: bool) -> None:
    rows = [(h.record.get(title), _why(h), f"{h.score:.2f}", h.record_id) for h in found]
    output.table(("record", "why", "score", "id"), rows)
    if explain:
        for hit in found:
            parts = ", ".join(f"{part.name} {part.value:.2f}" for part in hit.parts)
            output.say(f"{output.printable(hit.record.get(title))}: {parts}")
    for facet in found.facets.values():
        counts = ", ".join(f"{b.value} {b.count:,}" for b in facet.buckets)
        output.say(output.printable(f"{facet.title}: {counts}"))
    for note in _notes(found):
        output.note(output.printable(note))


def _why(hit: Hit) -> str:
    said = {f"{w.word} = {w.text} ({w.how})": None for w in hit.why if w.how != "same"}
    return "; ".join(said) or "as typed"


def _notes(found: SearchResult) -> list[str]:
    notes = [f"{found.total:,} found, in {found.seconds * 1_000:.0f} ms"]
    notes += [f"searched for {c.word!r}, showing {c.shown!r}" for c in found.corrections]
    notes += found.notes
    if found.behind:
        notes.append(f"{found.behind:,} changes are not in the index yet")
    return notes
