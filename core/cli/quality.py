"""Commands about quality: score, rows, trend, drift, profile."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli import output
from core.cli.options import Csv, InDataset, Json, Limit, Place, UploadId, with_place
from core.cli.records import write
from core.datasets.registry import DEFAULT
from core.quality.profile import ColumnProfile, Profile
from core.quality.score import Score

quality = typer.Typer(
    no_args_is_help=True, help="How good the records are, and which of them say so."
)
CheckId = Annotated[str, typer.Argument(metavar="CHECK", help="Such as completeness:birth_date.")]


@quality.command("score")
@with_place
def score(
    place: Place,
    dataset: InDataset = DEFAULT,
    record: Annotated[str | None, typer.Option("--record", help="Of this record.")] = None,
    upload: Annotated[str | None, typer.Option("--upload", help="Of an upload's records.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Of a source's records.")] = None,
    as_json: Json = False,
) -> None:
    """Score the records: dimensions, and the checks that found something."""
    with place.open() as wb:
        if record:
            found = wb.quality.record(dataset, record)
        elif upload:
            found = wb.quality.upload(upload)
        elif source is not None:
            found = wb.quality.source(dataset, source)
        else:
            found = wb.quality.score(dataset).value
    if as_json:
        output.emit(found)
    else:
        _score(found)


def _score(found: Score) -> None:
    output.pairs({"total": points(found.total), "records": f"{found.records:,}"})
    output.say()
    output.table(
        ("dimension", "score"), [(name, points(s)) for name, s in found.dimensions.items()]
    )
    output.say()
    bad = sorted((c for c in found.checks if c.bad), key=lambda c: -c.bad)
    output.table(
        ("check", "score", "bad", "of", "what is wrong"),
        [(c.id, points(c.score), f"{c.bad:,}", f"{c.counted:,}", c.title) for c in bad],
    )


def points(score: float | None) -> str:
    """A score as text; what was not measured is no number."""
    return "not measured" if score is None else f"{score:.1f}"


@quality.command("rows")
@with_place
def rows(
    check: CheckId,
    place: Place,
    dataset: InDataset = DEFAULT,
    source: Annotated[str | None, typer.Option("--source", help="Of this source alone.")] = None,
    limit: Limit = 50,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """List the records that a check counts as bad; a check that somebody made is named by its id."""
    with place.open() as wb:
        everything = limit == 0 or as_csv or as_json
        most = None if everything else limit
        found = wb.quality.rows(check, dataset=dataset, limit=most, source=source)
        write(found.columns(), found, as_csv, as_json)


@quality.command("sources")
@with_place
def sources(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """Score each source, the worst first."""
    with place.open() as wb:
        found = wb.quality.sources(dataset)
    if as_json:
        output.emit([{"source": s, "score": x} for s, x in found])
    else:
        rows = [(s or "no source", points(x.total), f"{x.records:,}") for s, x in found]
        output.table(("source", "total", "records"), rows)


@quality.command("anomalies")
@with_place
def anomalies(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """List scores and imports that are out of line with those before."""
    with place.open() as wb:
        found = wb.quality.anomalies(dataset)
    if as_json:
        output.emit(found)
        return
    output.table(
        ("what", "value", "mean before", "z", "of"),
        [(a.what, f"{a.value:.1f}", f"{a.mean:.1f}", f"{a.z:+.1f}", a.points) for a in found],
    )


@quality.command("trend")
@with_place
def trend(
    place: Place, dataset: InDataset = DEFAULT, limit: Limit = 20, as_json: Json = False
) -> None:
    """Show the scores after each act, and what caused each change."""
    with place.open() as wb:
        found = wb.quality.trend(dataset, limit=limit or 100_000)
    if as_json:
        output.emit(found)
        return
    output.table(
        ("act", "when (UTC)", "total", "records", "what changed it"),
        [
            (s.act, f"{s.at:%Y-%m-%d %H:%M:%S}", points(s.total), f"{s.records:,}", s.words)
            for s in found
        ],
    )


@quality.command("drift")
@with_place
def drift(
    upload: UploadId,
    place: Place,
    against: Annotated[
        str | None, typer.Option("--against", help="Another import; else the one before it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what is different in an import, against the one before it of its source."""
    with place.open() as wb:
        found = wb.quality.drift(upload, against)
    if as_json:
        output.emit(found)
        return
    output.table(
        ("field", "verdict", "index", "empty before", "empty after", "appeared", "vanished"),
        [
            (f.field, f.verdict, "" if f.index is None else f"{f.index:.2f}")
            + (_share(f.empty_before), _share(f.empty_after))
            + (", ".join(f.appeared), ", ".join(f.vanished))
            for f in found.fields
        ],
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


@quality.command("profile")
@with_place
def profile(
    place: Place,
    what: Annotated[str, typer.Argument(help="A dataset, an upload's id or a file.")] = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what is in the columns of a dataset, an upload or a file."""
    with place.open() as wb:
        found = wb.quality.profile(what)
    if as_json:
        output.emit(found)
    else:
        _profile(found)


def _profile(found: Profile) -> None:
    output.pairs({"rows": f"{found.rows:,}", "looked at for patterns": f"{found.sampled:,}"})
    output.say()
    names = (
        "column",
        "type",
        "filled",
        "empty",
        "distinct",
        "smallest",
        "largest",
        "most frequent",
    )
    output.table(names, [_column(c) for c in found.columns])
    for pair in found.together:
        kind = "together" if pair.correlation > 0 else "never together"
        output.say(
            f"{output.printable(pair.left)} and {output.printable(pair.right)} are empty {kind}"
            f" ({pair.correlation:+.2f}, {pair.rows:,} rows)"
        )


def _column(c: ColumnProfile) -> tuple[Any, ...]:
    top = ", ".join(f"{value} ({many:,})" for value, many in c.top[:3])
    kind = f"{c.kind}, looks like {c.looks_like}" if c.looks_like else c.kind
    figures = (f"{c.filled:,}", f"{c.empty:,}", f"{c.distinct:,}")
    return (c.name, kind, *figures, c.smallest, c.largest, top)
