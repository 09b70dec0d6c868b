"""Commands about kept searches: list them, keep one, see its news, remove it."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import output
from core.cli.options import InDataset, Json, Place, with_place
from core.datasets.registry import DEFAULT
from core.errors import NotFound, Usage
from core.search.saved import News, Saved
from core.workbench import Workbench

VERBS = ("keep", "news", "looked", "remove")


@with_place
def searches(
    place: Place,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[keep NAME WORDS | news NAME | looked NAME | remove NAME]"),
    ] = None,
    dataset: InDataset = DEFAULT,
    tree: Annotated[
        str | None,
        typer.Option("--filter", metavar="JSON", help="A tree of conditions, with keep."),
    ] = None,
    alert: Annotated[
        str | None, typer.Option("--alert", metavar="TARGET", help="Who hears of news, with keep.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Your kept searches; keep one under a name, see what is new in it, say that you saw it, remove it."""
    verb, *rest = words or [""]
    if verb and (verb not in VERBS or not rest):
        raise Usage(f"{' '.join(words or [])!r} is not one of: {', '.join(VERBS)}, with a name")
    with place.open() as wb:
        if verb == "keep":
            wb.search.save(rest[0], " ".join(rest[1:]), dataset, filters=tree, alert=alert)
        elif verb == "news":
            _news(wb.search.news(_named(wb, dataset, rest[0]).id), as_json)
        elif verb == "looked":
            wb.search.looked(_named(wb, dataset, rest[0]).id)
        elif verb == "remove":
            wb.search.remove(_named(wb, dataset, rest[0]).id)
        else:
            _list(wb.search.saved(dataset), as_json)


def _named(wb: Workbench, dataset: str, name: str) -> Saved:
    for one in wb.search.saved(dataset):
        if one.name.casefold() == name.casefold():
            return one
    raise NotFound(f"you keep no search with the name {name!r}")


def _list(found: list[Saved], as_json: bool) -> None:
    if as_json:
        output.emit(found)
    else:
        rows = [(one.name, one.query, one.filters or "", one.alert or "") for one in found]
        output.table(("name", "words", "filter", "alert"), rows)


def _news(news: News, as_json: bool) -> None:
    if as_json:
        output.emit(news)
        return
    rows = [
        (kind, item.title, item.filename or item.by or "", item.record_id)
        for kind in ("new", "changed", "gone")
        for item in getattr(news, kind)
    ]
    output.table(("what", "record", "cause", "id"), rows)
