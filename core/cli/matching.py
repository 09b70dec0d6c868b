"""Commands about records that may be one person."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli import output
from core.cli.options import InDataset, Json, Limit, Place, with_place
from core.cli.running import run as running
from core.datasets.registry import DEFAULT
from core.errors import Usage

matching = typer.Typer(
    no_args_is_help=True, help="The same person twice: found, decided, merged, taken apart."
)
Share = Annotated[
    float, typer.Option("--probability", min=0.0, max=1.0, help="From which a pair is a link.")
]
RecordIds = Annotated[list[str], typer.Argument(metavar="RECORD...", help="Ids of records.")]


@matching.command("run")
@with_place
def run(
    place: Place,
    dataset: InDataset = DEFAULT,
    changed: Annotated[
        bool, typer.Option("--changed", help="Compare only what changed since the last run.")
    ] = False,
    engine: Annotated[
        str, typer.Option("--engine", metavar="NAME", help="duckdb, or spark with the same result.")
    ] = "duckdb",
    as_json: Json = False,
) -> None:
    """Compare all records with one another."""
    with place.open() as wb:
        found = running(
            lambda p: wb.matching.run(dataset, whole=not changed, engine=engine, progress=p),
            "comparing the records",
        )
    if as_json:
        output.emit(found)
        return
    output.pairs(
        {
            "records": f"{found.records:,}",
            "pairs": f"{found.pairs:,}",
            "links": f"{found.links:,}",
            "verdict": found.verdict,
        }
    )
    if found.linked or found.merged:
        output.say(
            f"{found.linked:,} pairs linked and {found.merged:,} clusters merged by the rules"
        )
    if found.refused:
        output.note(output.printable(f"nothing was linked without a person: {found.refused}"))
    for each in found.left_out:
        output.note(output.printable(f"not compared as a whole: {each.records:,} {each.what}"))


@matching.command("rules")
@with_place
def rules(
    place: Place,
    dataset: InDataset = DEFAULT,
    link: Annotated[
        str | None,
        typer.Option(
            "--link", help="Linked without a person from this probability on; off: never."
        ),
    ] = None,
    ask: Annotated[
        float | None, typer.Option("--ask", help="Asked about from this probability on.")
    ] = None,
    merge: Annotated[
        bool | None, typer.Option("--merge/--no-merge", help="Merge what is linked, too.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Those of the definition hold again.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show or set what a run does without a person. What is not named stays."""
    said = {"link": _link(link), "ask": ask, "merge": merge}
    with place.open() as wb:
        found = wb.matching.rules(dataset)
        if reset:
            found = wb.matching.set_rules(dataset)
        elif link is not None or ask is not None or merge is not None:
            old = {"link": found.link, "ask": found.ask, "merge": found.merge}
            new = {n: old[n] if v is None else v for n, v in said.items()}
            new["link"] = old["link"] if link is None else said["link"]
            found = wb.matching.set_rules(dataset, **new)
    if as_json:
        output.emit(found)
        return
    output.pairs(
        {
            "link without a person": f"from {found.link:.4g} on" if found.link else "never",
            "ask": f"from {found.ask:.4g} on",
            "merge what is linked": "yes" if found.merge else "no",
            "set by": found.said_by or "the definition of the dataset",
        }
    )


def _link(said: str | None) -> float | None:
    if said in (None, "off"):
        return None
    try:
        return float(said)
    except ValueError:
        raise Usage(f"{said!r} is no probability", hint="For example 0.99, or off.") from None


@matching.command("link")
@with_place
def link_(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """Link what the last run found, by the rules; refused when its own estimate of precision is poor."""
    with place.open() as wb:
        done = wb.matching.link(dataset)
    if as_json:
        output.emit(done)
    else:
        output.say(f"{done.links:,} pairs linked, {done.merges:,} clusters merged")


@matching.command("pairs")
@with_place
def pairs(
    place: Place,
    dataset: InDataset = DEFAULT,
    min_weight: Annotated[
        float, typer.Option("--min-weight", help="In bits; 0 is as likely as not.")
    ] = 0.0,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Only what nobody decided.")
    ] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List pairs that may be one person, the likeliest first."""
    with place.open() as wb:
        found = wb.matching.pairs(dataset, min_weight=min_weight, limit=limit, undecided=undecided)
        title = wb.datasets.get(dataset).title_field
    if as_json:
        output.emit(found)
        return
    rows = [
        (
            f"{p.weight:.1f}",
            p.records[0].get(title),
            p.records[1].get(title),
            p.verdict,
            p.sentence,
            p.id,
        )
        for p in found
    ]
    output.table(("weight", "left", "right", "decided", "why", "pair"), rows)


@matching.command("clusters")
@with_place
def clusters(
    place: Place, dataset: InDataset = DEFAULT, probability: Share = 0.9, as_json: Json = False
) -> None:
    """List records that are likely one person."""
    with place.open() as wb:
        found = wb.matching.clusters(dataset, probability=probability)
    if as_json:
        output.emit(found)
    else:
        rows = [(c.id, len(c.records), f"{c.weight:.1f}", " ".join(c.records)) for c in found]
        output.table(("cluster", "records", "weakest link", "ids"), rows)


@matching.command("find")
@with_place
def find(
    said: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="What is known.")],
    place: Place,
    dataset: InDataset = DEFAULT,
    limit: Limit = 10,
    as_json: Json = False,
) -> None:
    """Say who somebody may be."""
    person: dict[str, str] = {}
    for each in said:
        name, equals, value = each.partition("=")
        if not equals:
            raise Usage(f"{each!r} is not FIELD=VALUE", hint='For example name="Jay Chou".')
        person[name] = value
    with place.open() as wb:
        found = wb.matching.find(person, dataset, limit=max(limit, 1))
        title = wb.datasets.get(dataset).title_field
    if as_json:
        output.emit(found)
        return
    rows = [
        (f.record.get(title), f"{f.probability:.1%}", f"{f.weight:.1f}", f.record_id) for f in found
    ]
    output.table(("record", "probability", "weight", "id"), rows)


@matching.command("decide")
@with_place
def decide(
    left: Annotated[str, typer.Argument(metavar="RECORD")],
    right: Annotated[str, typer.Argument(metavar="RECORD")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="same, different or later")],
    place: Place,
    dataset: InDataset = DEFAULT,
    note: Annotated[str | None, typer.Option("--note", help="Why.")] = None,
    as_json: Json = False,
) -> None:
    """Say whether two records are one person."""
    with place.open() as wb:
        found = wb.matching.decide(left, right, verdict, dataset=dataset, note=note)
    output.emit(found) if as_json else output.say(f"{found.verdict}, decision {found.id}")


@matching.command("merge")
@with_place
def merge(
    ids: RecordIds,
    place: Place,
    dataset: InDataset = DEFAULT,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="FIELD=RULE", help="Or FIELD=RECORD; * is every field."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show it.")] = False,
    as_json: Json = False,
) -> None:
    """Make one record of several; the first one stays."""
    chosen: dict[str, Any] = {}
    for each in keep or ():
        name, _, rule = each.partition("=")
        chosen[name] = rule
    with place.open() as wb:
        done = wb.matching.merge(ids, keep=chosen, dataset=dataset, dry_run=dry_run)
    if as_json:
        output.emit(done)
        return
    rows = [
        (c.field, c.value, c.rule, "; ".join(map(str, c.others)))
        for c in done.fields
        if c.value is not None
    ]
    output.table(("field", "stays", "rule", "loses"), rows)
    output.say(f"merge {done.id}" if done.id else "nothing was changed")


@matching.command("unmerge")
@with_place
def unmerge(
    merge_id: Annotated[
        str, typer.Argument(metavar="MERGE", help="Its id, or that of its decision.")
    ],
    place: Place,
    dataset: InDataset = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a merge apart."""
    with place.open() as wb:
        done = wb.matching.unmerge(merge_id, dataset=dataset)
    if as_json:
        output.emit(done)
        return
    output.say(f"{len(done.records)} records are there again")
    for each in done.kept:
        output.note(output.printable(f"{each.field} stays {each.now!r}: {each.why}"))


@matching.command("export")
@with_place
def export(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="links or clusters")],
    place: Place,
    dataset: InDataset = DEFAULT,
    probability: Share = 0.9,
) -> None:
    """Write links or clusters as CSV."""
    with place.open() as wb:
        head, rows = wb.matching.export(dataset, what, probability=probability)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([head, *rows])


@matching.command("evaluate")
@with_place
def evaluate(
    labels: Annotated[
        str, typer.Argument(metavar="LABELS", help="A field, or a JSON file {record: person}.")
    ],
    place: Place,
    dataset: InDataset = DEFAULT,
    probability: Share = 0.9,
    as_json: Json = False,
) -> None:
    """Hold the clusters against labels: precision, recall, F1."""
    given: Any = json.loads(Path(labels).read_text("utf-8")) if labels.endswith(".json") else labels
    with place.open() as wb:
        found = wb.matching.evaluate(dataset, given, probability=probability)
    if as_json:
        output.emit(found)
        return
    rows = [
        (name, f"{s.precision:.4f}", f"{s.recall:.4f}", f"{s.f1:.4f}")
        for name, s in (("pairwise", found.pairwise), ("B-cubed", found.b3))
    ]
    output.table(("", "precision", "recall", "F1"), rows)
