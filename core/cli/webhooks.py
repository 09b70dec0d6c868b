"""Commands about webhooks: list, add, remove, test, what was sent, sending it again."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import output
from core.cli.options import Json, Limit, Place, with_place

webhooks = typer.Typer(no_args_is_help=True, help="Addresses that are told what happens.")
HookId = Annotated[str, typer.Argument(metavar="WEBHOOK", help="The webhook's id.")]


@webhooks.command("list")
@with_place
def list_(place: Place, as_json: Json = False) -> None:
    """List the webhooks."""
    with place.open() as wb:
        found = wb.webhooks()
    if as_json:
        output.emit(found)
        return
    rows = [
        (w.id, w.url, ", ".join(w.events) or "all", w.dataset or "all", w.reason or "")
        for w in found
    ]
    output.table(("id", "address", "events", "dataset", "disabled because"), rows)


@webhooks.command("add")
@with_place
def add(
    place: Place,
    url: Annotated[str, typer.Argument(help="An http or https address.")],
    event: Annotated[
        list[str] | None, typer.Option("--event", "-e", help="A kind of event; default: all.")
    ] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d")] = None,
    as_json: Json = False,
) -> None:
    """Tell an address what happens. The secret that signs the messages is shown this once."""
    with place.open() as wb:
        made = wb.webhooks.add(url, event or (), dataset=dataset)
    if as_json:
        output.emit(made)
        return
    output.say(f"webhook {made.webhook.id}")
    output.say(f"secret  {made.secret}")


@webhooks.command("remove")
@with_place
def remove(webhook_id: HookId, place: Place) -> None:
    """Forget a webhook with its deliveries."""
    with place.open() as wb:
        wb.webhooks.remove(webhook_id)
    output.say("removed")


@webhooks.command("test")
@with_place
def test(webhook_id: HookId, place: Place, as_json: Json = False) -> None:
    """Send a message to try it out."""
    with place.open() as wb:
        found = wb.webhooks.test(webhook_id)
    if as_json:
        output.emit(found)
    else:
        output.say(f"{found.status}: {found.error or found.answer}")


@webhooks.command("deliveries")
@with_place
def deliveries(place: Place, limit: Limit = 50, as_json: Json = False) -> None:
    """List what was sent, or waits to be, the newest first."""
    with place.open() as wb:
        found = wb.webhooks.deliveries(limit=limit)
    if as_json:
        output.emit(found)
        return
    rows = [
        (
            d.id,
            f"{d.created_at:%Y-%m-%d %H:%M:%S}",
            d.event,
            d.status,
            d.attempts,
            d.error or d.answer,
        )
        for d in found
    ]
    output.table(("id", "when (UTC)", "event", "status", "attempts", "answer"), rows)


@webhooks.command("replay")
@with_place
def replay(
    delivery_id: Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id.")],
    place: Place,
) -> None:
    """Send a message once more."""
    with place.open() as wb:
        found = wb.webhooks.replay(delivery_id)
    output.say(f"{found.status}: {found.error or found.answer}")
