"""Commands of the review and of runs in the background: submit, cancel, next, decisions, undo, figures, merges, model."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import output
from core.cli.arriving import matching
from core.cli.options import InDataset, Json, Limit, Place, with_place
from core.datasets.registry import DEFAULT
from core.matching.asking import Pair
from core.matching.reviewing import Figures

group = matching  # with the commands of all modules


@group.command("submit")
@with_place
def submit(
    place: Place,
    dataset: InDataset = DEFAULT,
    changed: Annotated[
        bool, typer.Option("--changed", help="Compare only what changed since the last run.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Order a run that the worker of the server does in the background."""
    with place.open() as wb:
        job = wb.matching.submit(dataset, whole=not changed)
    output.emit(job) if as_json else output.say(f"job {job.id}")


@group.command("cancel")
@with_place
def cancel(
    job: Annotated[str, typer.Argument(metavar="JOB", help="Its id.")],
    place: Place,
    dataset: InDataset = DEFAULT,
) -> None:
    """Stop a run in the background; what earlier runs found stays."""
    with place.open() as wb:
        output.say(wb.matching.cancel(job, dataset=dataset).status)


@group.command("next")
@with_place
def following(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """Show the pair that is worth most, and claim it for ten minutes."""
    with place.open() as wb:
        found = wb.matching.next(dataset)
    if as_json:
        output.emit(found)
    elif found is None:
        output.say("nothing waits")
    else:
        _pair(found)


def _pair(pair: Pair) -> None:
    output.pairs(
        {
            "left": pair.left,
            "right": pair.right,
            "probability": f"{pair.probability:.1%}",
            "weight": f"{pair.weight:.1f}",
            "why": output.printable(pair.sentence),
        }
    )
    left, right = pair.records
    rows = [
        (name, left[name], right[name], "" if left[name] == right[name] else "differs")
        for name in left
        if not name.startswith("_") and name != "record_id" and (left[name] or right[name])
    ]
    output.table(("field", "left", "right", ""), rows)


@group.command("decisions")
@with_place
def decisions(
    place: Place,
    dataset: InDataset = DEFAULT,
    holding: Annotated[bool, typer.Option("--holding", help="Only those that hold.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what was decided, the newest first."""
    with place.open() as wb:
        found = wb.matching.decisions(dataset, all=not holding, limit=limit or 1_000_000)
    if as_json:
        output.emit(found)
        return
    output.table(
        ("id", "verdict", "left", "right", "who", "when (UTC)", "holds", "note"),
        [
            (d.id, d.verdict, d.left, d.right, d.actor, f"{d.at:%Y-%m-%d %H:%M:%S}")
            + ("yes" if d.holds else "no", d.note or "")
            for d in found
        ],
    )


@group.command("undo")
@with_place
def undo(
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Its id.")],
    place: Place,
    dataset: InDataset = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a decision back: it is superseded, not deleted."""
    with place.open() as wb:
        found = wb.matching.undo(decision, dataset=dataset)
    (
        output.emit(found)
        if as_json
        else output.say(f"nothing is said of {found.left} and {found.right}")
    )


@group.command("figures")
@with_place
def figures(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """Show how the review stands, and how right the links are by the decisions."""
    with place.open() as wb:
        found = wb.matching.figures(dataset)
    if as_json:
        output.emit(found)
    else:
        _figures(found)


def _figures(found: Figures) -> None:
    counts = ("pairs", "open", "decided", "same", "different", "later")
    shares = {"precision": found.precision, "recall": found.recall}
    output.pairs(
        {n: f"{getattr(found, n):,}" for n in counts}
        | {n: "not known yet" if s is None else f"{s:.1%}" for n, s in shares.items()}
    )
    output.say()
    output.table(
        ("weight from", "to", "pairs", "decided", "same"),
        [(f"{b.low:g}", f"{b.high:g}", b.pairs, b.decided, b.same) for b in found.bands],
    )


@group.command("merges")
@with_place
def merges(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """List the merges that stand, the oldest first."""
    with place.open() as wb:
        found = wb.matching.merges(dataset)
    if as_json:
        output.emit(found)
    else:
        rows = [(m.id, m.survivor, ", ".join(m.absorbed), m.act) for m in found]
        output.table(("id", "stays", "became part of it", "act"), rows)


@group.command("model")
@with_place
def model(place: Place, dataset: InDataset = DEFAULT) -> None:
    """Write the model of the last run as JSON: every level with m, u and weight."""
    with place.open() as wb:
        output.emit(wb.matching.model(dataset))
