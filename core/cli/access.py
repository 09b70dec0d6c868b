"""Commands about people: accounts, roles, keys, sessions, limits. They work on the database file, as its owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from core.access.keys import SCOPES
from core.cli import output
from core.cli.options import Json, Place, with_place
from core.errors import Usage
from core.launch.address import address
from core.settings import Settings
from core.workbench.policy import PERMISSIONS

access = typer.Typer(
    no_args_is_help=True, help="Who may come in and what each may do; API keys and limits."
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the account.")]
InDatasets = Annotated[
    list[str] | None, typer.Option("--in", help="Another role there: DATASET=ROLE. Repeatable.")
]


@access.command("accounts")
@with_place
def accounts(place: Place, as_json: Json = False) -> None:
    """List the accounts."""
    with place.open() as wb:
        found = wb.access()
    if as_json:
        return output.emit(found)
    rows = [
        (
            a.name,
            a.role,
            _roles(a.roles),
            a.status,
            "yes" if a.second_factor else "no",
            a.seen_at or "",
        )
        for a in found
    ]
    output.table(("name", "role", "in datasets", "status", "second factor", "last login"), rows)


@access.command("add")
@with_place
def add(
    place: Place,
    name: Name,
    role: Annotated[str, typer.Option("--role", help="See `access roles`.")] = "viewer",
    in_: InDatasets = None,
) -> None:
    """Make an account, and the link by which its owner sets a password."""
    with place.open(create=True) as wb:
        _, link = wb.access.invite(name, role, roles=_pairs(in_))
    _show_link(place.settings(), link)


@access.command("change")
@with_place
def change(
    place: Place,
    name: Name,
    role: Annotated[str | None, typer.Option("--role", help="Another role.")] = None,
    in_: InDatasets = None,
    disable: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Shut it out, or let it in again.")
    ] = None,
) -> None:
    """Give an account another role, or shut it out."""
    with place.open() as wb:
        found = wb.access.change(
            name, role=role, roles=_pairs(in_) if in_ else None, disabled=disable
        )
    output.pairs({"name": found.name, "role": found.role, "status": found.status})


@access.command("remove")
@with_place
def remove(place: Place, name: Name) -> None:
    """Remove an account with its sessions and keys."""
    with place.open() as wb:
        wb.access.delete(name)
    output.note(f"{name} was removed.")


@access.command("reset")
@with_place
def reset(
    place: Place,
    name: Name,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Also ask for no second factor any more.")
    ] = False,
) -> None:
    """Make a link by which somebody sets a new password."""
    with place.open() as wb:
        link = wb.access.reset(name, second_factor=second_factor)
    _show_link(place.settings(), link)


@access.command("roles")
@with_place
def roles(place: Place, as_json: Json = False) -> None:
    """List the roles and what each may do."""
    with place.open() as wb:
        found = wb.access.roles()
    if as_json:
        return output.emit({n: sorted(r.permissions or PERMISSIONS) for n, r in found.items()})
    rows = [(p, *("yes" if r.may(p) else "" for r in found.values())) for p in PERMISSIONS]
    output.table(("permission", *found), rows)


@access.command("save-role")
@with_place
def save_role(
    place: Place,
    name: Annotated[str, typer.Argument(metavar="ROLE", help="Small letters and digits.")],
    permissions: Annotated[list[str], typer.Argument(help="Such as records.read.")],
) -> None:
    """Make or change a role of one's own: a set of permissions."""
    with place.open() as wb:
        made = wb.access.save_role(name, permissions)
    output.note(f"{made.name} may {', '.join(sorted(made.permissions or ()))}.")


@access.command("remove-role")
@with_place
def remove_role(place: Place, name: Annotated[str, typer.Argument(metavar="ROLE")]) -> None:
    """Remove a role that nobody has."""
    with place.open() as wb:
        wb.access.delete_role(name)


@access.command("keys")
@with_place
def keys(place: Place, as_json: Json = False) -> None:
    """List the API keys, without their secrets."""
    with place.open() as wb:
        found = wb.access.keys()
    if as_json:
        return output.emit(found)
    rows = [
        (
            *(k.id, k.name, f"…{k.hint}", k.owner, ", ".join(k.scopes)),
            *(", ".join(k.datasets) or "all", "works" if k.works else "over", k.used_at or ""),
        )
        for k in found
    ]
    head = ("id", "name", "key", "owner", "scopes", "datasets", "state", "last used")
    output.table(head, rows)


@access.command("make-key")
@with_place
def make_key(
    place: Place,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the program that uses it.")],
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help=f"{', '.join(SCOPES)}.")
    ] = None,
    dataset: Annotated[list[str] | None, typer.Option("--dataset", help="Only for these.")] = None,
    days: Annotated[float | None, typer.Option("--days", help="Until it ends.")] = None,
) -> None:
    """Make an API key; its secret goes to stdout, this once."""
    with place.open(create=True) as wb:
        key, secret = wb.access.make_key(name, scope or ["read"], datasets=dataset or (), days=days)
    output.note(f"The key {key.id} was made. It is shown this once:")
    output.say(secret)


@access.command("rotate-key")
@with_place
def rotate_key(
    place: Place,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The id of the key.")],
    overlap: Annotated[float, typer.Option("--overlap", help="Days for which both work.")] = 0,
) -> None:
    """Make a key in the place of another."""
    with place.open() as wb:
        made, secret = wb.access.rotate_key(key, overlap_days=overlap)
    output.note(f"The key {made.id} takes its place. It is shown this once:")
    output.say(secret)


@access.command("revoke-key")
@with_place
def revoke_key(
    place: Place, key: Annotated[str, typer.Argument(metavar="KEY", help="The id of the key.")]
) -> None:
    """End an API key at once."""
    with place.open() as wb:
        wb.access.revoke_key(key)


@access.command("sessions")
@with_place
def sessions(place: Place, as_json: Json = False) -> None:
    """List who is logged in."""
    with place.open() as wb:
        names = {a.id: a.name for a in wb.access()}
        found = wb.access.sessions()
    if as_json:
        return output.emit(found)
    rows = [(s.id, names.get(s.account_id, ""), s.address, s.created_at, s.ends_at) for s in found]
    output.table(("id", "who", "address", "since", "until"), rows)


@access.command("limited")
@with_place
def limited(place: Place, as_json: Json = False) -> None:
    """List who sent too much."""
    with place.open() as wb:
        found = wb.access.limited()
    if as_json:
        return output.emit([each._asdict() for each in found])
    output.table(("hour", "who", "limit", "refused", "last"), [tuple(each) for each in found])


def _pairs(given: list[str] | None) -> dict[str, str]:
    found = {}
    for each in given or ():
        dataset, equals, role = each.partition("=")
        if not (dataset and equals and role):
            raise Usage(f"{each!r} is no DATASET=ROLE", hint="Such as --in press=editor.")
        found[dataset] = role
    return found


def _roles(roles: Mapping[str, str]) -> str:
    return ", ".join(f"{dataset}: {role}" for dataset, role in roles.items())


def _show_link(settings: Settings, link: str) -> None:
    output.note("This link sets the password, once, within a day:")
    output.say(f"{settings.public_url or address(settings.host, settings.port)}{link}")
