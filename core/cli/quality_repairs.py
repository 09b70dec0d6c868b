"""Commands from a score to the repair: of records by one import, of a file by steps of its recipe."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import output
from core.cli.options import InDataset, Json, Place, UploadId, with_place
from core.cli.quality_checks import group as group
from core.datasets.registry import DEFAULT
from core.errors import Usage
from core.quality.repair import FoundValue

Check = Annotated[str, typer.Argument(metavar="CHECK", help="Such as validity:mbti:choices.")]
Fixes = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VALUE=NEW...]", help="What a value should be; none: list them."),
]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only tell the new score.")]


@group.command("repair")
@with_place
def repair(
    check: Check,
    place: Place,
    fixes: Fixes = None,
    dataset: InDataset = DEFAULT,
    field: Annotated[str | None, typer.Option("--field", help="Of a check of several.")] = None,
    dry_run: Dry = False,
    as_json: Json = False,
) -> None:
    """Replace values in the records of a check, as one import that can be taken back."""
    with place.open() as wb:
        if not fixes:
            _list(wb.quality.values(dataset, check, field=field), "records", as_json)
            return
        wanted = _pairs(fixes)
        seen = wb.quality.project(dataset, check, dict(wanted), field=field)
        done = None if dry_run else wb.quality.repair(dataset, check, dict(wanted), field=field)
    _score(seen.before.total, seen.after.total, f"{seen.records:,} records")
    if done:
        output.say(f"upload {done.id}")


@group.command("fix")
@with_place
def fix(
    upload: UploadId,
    check: Check,
    place: Place,
    fixes: Fixes = None,
    dry_run: Dry = False,
    as_json: Json = False,
) -> None:
    """Replace values in an open upload by steps of its recipe."""
    with place.open() as wb:
        if not fixes:
            _list(wb.quality.file_values(upload, check), "rows", as_json)
            return
        wanted = _pairs(fixes)
        seen = wb.quality.project_fix(upload, check, wanted)
        if not dry_run:
            wb.quality.fix(upload, check, wanted)
    _score(seen.before.total, seen.after.total, f"{seen.rows:,} rows")


def _pairs(fixes: list[str]) -> dict[str, str]:
    found = {}
    for each in fixes:
        value, sign, wanted = each.partition("=")
        if not sign or not value:
            raise Usage(f"{each!r} is no repair", hint="For example INTX=INTJ.")
        found[value] = wanted
    return found


def _list(found: list[FoundValue], what: str, as_json: bool) -> None:
    if as_json:
        output.emit(found)
    else:
        rows = [(v.value, f"{v.count:,}", v.suggestion) for v in found]
        output.table(("value", what, "probably"), rows)


def _score(before: float | None, after: float | None, changed: str) -> None:
    words = ["not measured" if s is None else f"{s:.1f}" for s in (before, after)]
    output.pairs({"score before": words[0], "score after": words[1], "changed": changed})
