"""Commands about how Marquee does: doctor, alerts, support-bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.beside.guest import Remote
from core.cli import output
from core.cli.options import Json, Place, with_place
from core.cli.remote import App
from core.errors import DatabaseLocked, Forbidden, MarqueeError, NotAllowed, SettingsError

if TYPE_CHECKING:
    from core.monitoring.doctor import Examined

SICK = 10  # exit code: it ran, and something is wrong


@with_place
def doctor(place: Place, as_json: Json = False) -> int:
    """Check every part, and say what is wrong and what to do. Exit code 10 when something is.

    Beside a running app it asks the app. A database that cannot be opened is one of the things that are wrong.
    """
    from core.monitoring import doctor as doctor_

    with doctor_.calm():
        try:
            found = doctor_.places(place.settings())
        except SettingsError as error:
            found = [doctor_.wrong("settings", error)]
        else:
            found = doctor_.together(found, _inside(place))
    if as_json:
        output.emit(found)
    else:
        rows = [("ok" if one.ok else "WRONG", one.part, one.cause, one.todo) for one in found]
        output.table(("", "part", "what is wrong", "what to do"), rows)
    return 0 if all(one.ok for one in found) else SICK


def _inside(place: Place) -> list[Examined]:
    """What the database says, or why it cannot be asked."""
    from core.monitoring import doctor as doctor_

    try:
        try:
            with place.open() as wb:
                findings = wb.check().findings
                if isinstance(wb, Remote):
                    return doctor_.lent(wb.monitoring.health(), wb.monitoring.alerts(), findings)
                return doctor_.examine(wb.services.monitor, findings)
        except DatabaseLocked as locked:
            return doctor_.asked(App(place.settings(), locked).get)
    except (NotAllowed, Forbidden):  # nothing is wrong with the database: give the right token
        raise
    except (MarqueeError, OSError) as error:
        return [doctor_.wrong("database", error)]


alerts = typer.Typer(no_args_is_help=False, help="Alerts: list, acknowledge, silence.")


@alerts.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """Alerts: list, acknowledge, silence."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@alerts.command("list")
@with_place
def list_(
    place: Place,
    all_: Annotated[bool, typer.Option("--all", help="Also those that are well.")] = False,
    as_json: Json = False,
) -> None:
    """List alerts that fire, wait or cannot be measured."""
    try:
        with place.open() as wb:
            found: Any = [
                {
                    "alert": one.alert.name,
                    "severity": one.alert.severity,
                    "state": one.state.state,
                    "since": one.state.since,
                    "summary": one.alert.summary,
                    "acknowledged_by": one.state.acknowledged_by,
                    "runbook": f"docs/runbooks/{one.alert.runbook}.md",
                }
                for one in wb.monitoring.alerts()
            ]
    except DatabaseLocked as locked:
        found = App(place.settings(), locked).get("/monitoring/alerts")["alerts"]
    shown = [one for one in found if all_ or one["state"] in ("firing", "pending", "unknown")]
    if as_json:
        output.emit(shown)
    elif not shown:
        output.note("no alert fires")
    else:
        names = ("state", "severity", "alert", "since", "summary", "acknowledged_by", "runbook")
        output.table(names, [tuple(one[name] for name in names) for one in shown])


@alerts.command("acknowledge")
@with_place
def acknowledge(
    place: Place,
    alert: Annotated[str, typer.Argument(help="The alert's name.")],
    note: Annotated[str, typer.Option("--note", help="What you do about it.")] = "",
) -> None:
    """See to an alert that fires: it is not sent again while it does."""
    try:
        with place.open() as wb:
            wb.monitoring.acknowledge(alert, note)
    except DatabaseLocked as locked:
        App(place.settings(), locked).post(
            f"/monitoring/alerts/{alert}/acknowledgement", {"note": note}
        )
    output.note(f"{alert} is acknowledged")


@alerts.command("silence")
@with_place
def silence(
    place: Place,
    alert: Annotated[str, typer.Argument(help='The alert\'s name, or "*" for all.')],
    hours: Annotated[float, typer.Option("--hours", min=0.01, max=720)] = 2,
    reason: Annotated[str, typer.Option("--reason")] = "",
) -> None:
    """Tell nobody of an alert for some hours. Its state goes on."""
    try:
        with place.open() as wb:
            wb.monitoring.silence(alert, hours, reason)
    except DatabaseLocked as locked:
        body = {"alert": alert, "hours": hours, "reason": reason}
        App(place.settings(), locked).post("/monitoring/silences", body)
    output.note(f"{alert} is silent for {hours:g} hours")


@with_place
def support_bundle(
    place: Place,
    to: Annotated[Path, typer.Option("--output", "-o", help="The ZIP file.")] = Path(
        "marquee-support.zip"
    ),
) -> None:
    """Write what helps to find a fault into one ZIP file: no record, no file name, no secret."""
    from core.monitoring import bundle, doctor as doctor_

    settings = place.settings()
    with doctor_.calm():
        try:
            with place.open() as wb:
                parts = bundle.parts(wb.services.monitor)
        except DatabaseLocked as locked:
            parts = bundle.asked(App(settings, locked).get)
        names = bundle.write(to, settings, parts)
    output.note(f"{to} has {', '.join(names)}. Look through it before you send it.")
