"""Commands about kept searches: list them, keep one, run it, see its news, remove it; and about your last searches."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import output
from core.cli.options import InDataset, Json, Place, with_place
from core.datasets.registry import DEFAULT
from core.errors import NotFound, Usage
from core.search.saved import News, Saved
from core.workbench import Workbench
from core.workbench.searches import as_data

VERBS = ("keep", "run", "news", "looked", "remove")
ALONE = ("recent", "forget")  # verbs without a name


@with_place
def searches(
    place: Place,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[keep NAME WORDS | run NAME | news NAME | looked NAME | remove NAME | recent | forget]"
        ),
    ] = None,
    dataset: InDataset = DEFAULT,
    tree: Annotated[
        str | None,
        typer.Option("--filter", metavar="JSON", help="A tree of conditions, with keep."),
    ] = None,
    alert: Annotated[
        str | None, typer.Option("--alert", metavar="TARGET", help="Who hears of news, with keep.")
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="FIELD", help="With keep; a minus: downwards.")
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option("--fields", metavar="A,B", help="Columns that are shown, with keep."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Your kept searches; keep one under a name, run it, see what is new in it, say that you saw it, remove it.

    recent lists your last searches, and forget forgets them.
    """
    verb, *rest = words or [""]
    if verb and bool(rest) == (verb in ALONE) or verb not in ("", *VERBS, *ALONE):
        raise Usage(
            f"{' '.join(words or [])!r} is not one of: {', '.join(VERBS)}, with a name; {', '.join(ALONE)}"
        )
    with place.open() as wb:
        if verb == "keep":
            wb.search.save(
                *(rest[0], " ".join(rest[1:]), dataset),
                filters=tree,
                fields=[name.strip() for name in fields.split(",")] if fields else None,
                sort=sort,
                alert=alert,
            )
        elif verb == "run":
            _run(wb, _named(wb, dataset, rest[0]), as_json)
        elif verb == "recent":
            _recent(wb.search.history(dataset), as_json)
        elif verb == "forget":
            wb.search.forget()
        elif verb == "news":
            _news(wb.search.news(_named(wb, dataset, rest[0]).id), as_json)
        elif verb == "looked":
            wb.search.looked(_named(wb, dataset, rest[0]).id)
        elif verb == "remove":
            wb.search.remove(_named(wb, dataset, rest[0]).id)
        else:
            _list(wb.search.saved(dataset), as_json)


def _run(wb: Workbench, one: Saved, as_json: bool) -> None:
    found = wb.search(one.query, one.dataset, limit=100, filters=as_data(one), sort=one.sort)
    if as_json:
        output.emit(found)
        return
    names = one.fields or (wb.datasets.get(one.dataset).title_field,)
    rows = [(*(hit.record.get(name) for name in names), hit.record_id) for hit in found]
    output.table((*names, "id"), rows)
    output.note(f"{found.total:,} found")


def _recent(texts: list[str], as_json: bool) -> None:
    if as_json:
        output.emit(texts)
    else:
        output.table(("searched before",), [(text,) for text in texts])


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
